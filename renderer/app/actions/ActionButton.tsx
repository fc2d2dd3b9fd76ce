import { Button, type ButtonProps } from '../../ui/Button.tsx';
import { applies, type Action } from './action.ts';
import { keyText } from './keys.ts';
import { runAction } from './registry.ts';

export interface ActionButtonProps extends Omit<
  ButtonProps,
  'onClick' | 'children' | 'keyHint' | 'disabled' | 'isDangerous'
> {
  readonly action: Action;
  /** Instead of the action's own label, where space is short. */
  readonly label?: string;
}

/** A button that does what the key and the palette do. */
export function ActionButton({ action, label, ...rest }: ActionButtonProps) {
  const [key] = action.keys ?? [];
  return (
    <Button
      {...rest}
      disabled={!applies(action)}
      isDangerous={action.isDangerous ?? false}
      {...(key === undefined ? {} : { keyHint: keyText(key) })}
      onClick={() => runAction(action)}
    >
      {label ?? action.label}
    </Button>
  );
}
