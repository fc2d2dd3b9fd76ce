/** Checks GraphQL requests and answers against a published schema. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  buildASTSchema,
  executeSync,
  extendSchema,
  getVariableValues,
  Kind,
  parse,
  validate,
} from 'graphql';

/** All files of the folder are one schema; some of them only extend it. */
function schemaOf(folder) {
  const texts = readdirSync(folder)
    .filter((name) => /\.graphqls?$/.test(name))
    .toSorted()
    .map((name) => readFileSync(join(folder, name), 'utf8'));
  const { definitions } = parse(texts.join('\n'));
  const isExtension = ({ kind }) => kind.endsWith('Extension');
  const base = { kind: Kind.DOCUMENT, definitions: definitions.filter((one) => !isExtension(one)) };
  const more = { kind: Kind.DOCUMENT, definitions: definitions.filter(isExtension) };
  const options = { assumeValidSDL: true };
  return extendSchema(buildASTSchema(base, options), more, options);
}

const operationIn = (document, name) =>
  document.definitions.find(
    (one) =>
      one.kind === Kind.OPERATION_DEFINITION && (name === undefined || one.name?.value === name),
  );

/** Whatever an answer holds must be there, and of the type that the schema says. */
function differences(schema, document, sent, data) {
  const result = executeSync({
    schema,
    document,
    rootValue: data,
    variableValues: sent.variables ?? {},
    operationName: sent.operationName,
  });
  const errors = (result.errors ?? []).map(({ message, path }) => `${path?.join('.')}: ${message}`);
  if (errors.length > 0) return errors;
  const [said, meant] = [JSON.stringify(data), JSON.stringify(result.data)];
  return said.length === meant.length ? [] : ['it holds fields that were not asked for'];
}

/** `keyDocument`: a file with the document of an API key, for requests that only name one of its operations. */
export function graphQl(folder, keyDocument) {
  const schema = schemaOf(folder);
  const ofKey = readFileSync(keyDocument, 'utf8');
  /** GraphQL goes by POST with a JSON body; anything else is a login or a page: null. */
  const documentOf = ({ json }) => {
    if (typeof json?.query === 'string') return parse(json.query);
    return typeof json?.operationName === 'string' ? parse(ofKey) : null;
  };
  return {
    request(request) {
      const document = documentOf(request);
      if (document === null) return [];
      const wrong = validate(schema, document).map(({ message }) => message);
      if (wrong.length > 0) return wrong;
      const operation = operationIn(document, request.json.operationName);
      if (operation === undefined) return ['the named operation is not in the document'];
      const variables = getVariableValues(
        schema,
        operation.variableDefinitions ?? [],
        request.json.variables ?? {},
      );
      return (variables.errors ?? []).map(({ message }) => message);
    },
    answer(request, { json }) {
      const document = documentOf(request);
      if (document === null || json?.data === undefined || json.data === null) return [];
      // With errors beside it, data may lack what must be there.
      if (Array.isArray(json.errors)) return [];
      return differences(schema, document, request.json, json.data);
    },
  };
}
