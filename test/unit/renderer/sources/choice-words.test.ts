import { describe, expect, it } from 'vitest';
import { fieldsOf } from '../../../../main/sources/form.ts';
import { connectorKinds } from '../../../../main/sources/kinds.ts';
import { choiceText } from '../../../../renderer/features/sources/choice-words.ts';

describe('a choice of a form', () => {
  it('is told by what it means, behind the word that the file has', () => {
    expect(choiceText('login', 'basic')).toBe('basic: user name and password');
    expect(choiceText('proxy', 'none')).toBe('none');
    expect(choiceText('toString', 'x')).toBe('x');
  });

  it.each(connectorKinds.map((kind) => [kind.kind, kind] as const))(
    'keeps the choices of %s apart',
    (_, kind) => {
      for (const { name, choices = [] } of fieldsOf(kind)) {
        const texts = choices.map((choice) => choiceText(name, choice));
        expect(new Set(texts).size).toBe(choices.length);
        for (const [at, text] of texts.entries())
          expect(text.startsWith(choices[at] ?? '')).toBe(true);
      }
    },
  );
});
