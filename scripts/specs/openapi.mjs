/** Checks requests and answers against a published OpenAPI 3 or Swagger 2 document. */
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';

const methods = ['get', 'put', 'post', 'delete', 'patch'];
/** Formats that are taken for granted. */
const formats = [
  'binary',
  'byte',
  'date',
  'double',
  'duration',
  'email',
  'float',
  'int32',
  'int64',
  'unixtime',
  'uuid',
];

/** From what OpenAPI 3.0 and Swagger 2 say to what JSON Schema says. References stay as they are. */
function toJsonSchema(node) {
  if (Array.isArray(node)) return node.map(toJsonSchema);
  if (node === null || typeof node !== 'object') return node;
  const { nullable, discriminator: _, example: _1, examples: _2, xml: _3, ...rest } = node;
  const schema = Object.fromEntries(
    Object.entries(rest)
      .filter(([key]) => !key.startsWith('x-'))
      .map(([key, value]) => [key, toJsonSchema(value)]),
  );
  for (const [bound, exclusive] of [
    ['minimum', 'exclusiveMinimum'],
    ['maximum', 'exclusiveMaximum'],
  ]) {
    if (typeof schema[exclusive] !== 'boolean') continue;
    if (schema[exclusive]) {
      schema[exclusive] = schema[bound];
      delete schema[bound];
    } else delete schema[exclusive];
  }
  if (nullable !== true) return schema;
  return { anyOf: [schema, { type: 'null' }] };
}

/** References within the document lead there also from a schema that is taken out of it. */
function absolute(node) {
  if (Array.isArray(node)) return node.map(absolute);
  if (node === null || typeof node !== 'object') return node;
  return Object.fromEntries(
    Object.entries(node).map(([key, value]) => [
      key,
      key === '$ref' && typeof value === 'string' && value.startsWith('#')
        ? `document${value}`
        : absolute(value),
    ]),
  );
}

const escapeText = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** A template as a pattern for the end of a path: something may stand in front, as behind a proxy. */
function patternOf(template) {
  const parts = template.split(/\{([^}]+)\}/);
  const names = parts.filter((_, index) => index % 2 === 1);
  const text = parts.map((part, index) => (index % 2 === 1 ? '([^/]+)' : escapeText(part)));
  return { names, pattern: new RegExp(`^(?:/[^/]+)*?${text.join('')}/?$`) };
}

export function openApi(files) {
  const documents = files.map((file) => {
    const text = readFileSync(file, 'utf8');
    return createDocument(file.endsWith('.json') ? JSON.parse(text) : parse(text));
  });
  return {
    /** Problems, as texts. Each document is a version of its own, and one of them must agree. */
    request: (request) => fewest(documents.map((document) => document.request(request))),
    answer: (request, answer) =>
      fewest(documents.map((document) => document.answer(request, answer))),
  };
}

const fewest = (lists) => lists.toSorted((a, b) => a.length - b.length)[0] ?? [];

function createDocument(document) {
  const isSwagger = document.swagger === '2.0';
  const ajv = new Ajv2020({ strict: false, allErrors: true, coerceTypes: false });
  for (const format of formats) ajv.addFormat(format, true);
  ajv.addFormat('date-time', (text) => /^\d{4}-\d\d-\d\dT/.test(text) && !isNaN(Date.parse(text)));
  ajv.addFormat('uri', (text) => URL.canParse(text));
  const { definitions = {}, components = {} } = document;
  ajv.addSchema(absolute(toJsonSchema({ definitions, components })), 'document');
  const compiled = new Map();

  const base = isSwagger
    ? (document.basePath ?? '')
    : (URL.parse(document.servers?.[0]?.url ?? '/', 'http://x')?.pathname ?? '');
  const operations = Object.entries(document.paths).flatMap(([template, item]) =>
    methods
      .filter((method) => method in item)
      .map((method) => ({
        method: method.toUpperCase(),
        template,
        ...patternOf(`${base.replace(/\/$/, '')}${template}`),
        operation: item[method],
        shared: item.parameters ?? [],
      })),
  );

  const deref = (value) => {
    let found = value;
    while (typeof found?.$ref === 'string') {
      found = found.$ref
        .slice(2)
        .split('/')
        .reduce((node, part) => node?.[part.replaceAll('~1', '/').replaceAll('~0', '~')], document);
    }
    return found;
  };

  function operationOf({ method, path }) {
    return operations
      .filter((one) => one.method === method && one.pattern.test(path))
      .toSorted((a, b) => a.names.length - b.names.length)[0];
  }

  function validate(schema, value, isStrict = false) {
    const key = JSON.stringify([schema, isStrict]);
    let check = compiled.get(key);
    if (check === undefined) {
      const made = absolute(toJsonSchema(schema));
      // A field that nobody published is a field that nobody reads: a misspelt one must not pass.
      check = ajv.compile(isStrict ? { allOf: [made], unevaluatedProperties: false } : made);
      compiled.set(key, check);
    }
    if (check(value)) return [];
    return check.errors.map(
      ({ instancePath, message, params }) =>
        `${instancePath || 'the body'} ${message} ${JSON.stringify(params)}`,
    );
  }

  /** Values in a query are texts: what may be a number or a list is tried as such, too. */
  function fitsText(parameter, texts) {
    const schema = parameter.schema ?? parameter;
    const plain = deref(schema);
    const one = (text) => {
      const candidates = [text];
      if (text !== '' && Number.isFinite(Number(text))) candidates.push(Number(text));
      if (text === 'true' || text === 'false') candidates.push(text === 'true');
      return candidates;
    };
    const list = texts.length > 1 ? texts : (texts[0] ?? '').split(',');
    const asItems = () =>
      list.every((text) =>
        one(text).some((value) => validate(plain.items ?? {}, value).length === 0),
      );
    if (plain.type === 'array') return asItems();
    const {
      name: _,
      in: _1,
      required: _2,
      description: _3,
      explode: _4,
      style: _5,
      ...own
    } = schema;
    const wanted = parameter.schema === undefined ? own : parameter.schema;
    return (
      texts.length === 1 && one(texts[0]).some((value) => validate(wanted, value).length === 0)
    );
  }

  function request(sent) {
    const found = operationOf(sent);
    if (found === undefined)
      return [`${sent.method} ${sent.path} is not in the published document`];
    const problems = [];
    const parameters = [...found.shared, ...(found.operation.parameters ?? [])].map(deref);
    const query = parameters.filter((parameter) => parameter.in === 'query');
    const byName = Map.groupBy(sent.query, ([name]) => name);
    for (const [name, pairs] of byName) {
      const parameter = query.find((one) => [name, `${name}[]`].includes(one.name));
      if (parameter === undefined) problems.push(`unknown parameter ${name}`);
      else if (
        !fitsText(
          parameter,
          pairs.map(([, value]) => value),
        )
      )
        problems.push(`parameter ${name} does not take ${JSON.stringify(pairs)}`);
    }
    for (const { name, required } of query) {
      if (required === true && !byName.has(name)) problems.push(`parameter ${name} is missing`);
    }
    const inPath = found.pattern.exec(sent.path) ?? [];
    for (const [index, name] of found.names.entries()) {
      const parameter = parameters.find((one) => one.in === 'path' && one.name === name);
      const value = decodeURIComponent(inPath[index + 1] ?? '');
      if (parameter !== undefined && !fitsText(parameter, [value]))
        problems.push(`${name} in the path does not take ${JSON.stringify(value)}`);
    }
    return [...problems, ...bodyProblems(found, parameters, sent)];
  }

  function bodyProblems({ operation }, parameters, { json, text, headers }) {
    const body = isSwagger
      ? parameters.find((parameter) => parameter.in === 'body')
      : deref(operation.requestBody);
    if (text === '') return body?.required === true ? ['a body is missing'] : [];
    if (body === undefined) return text === '{}' ? [] : ['a body where none is taken'];
    const type = (headers['content-type'] ?? '').split(';')[0].trim();
    const types = isSwagger
      ? (operation.consumes ?? document.consumes ?? ['application/json'])
      : Object.keys(body.content);
    if (!types.includes(type)) return [`content type ${type}, not ${types.join(' or ')}`];
    const schema = isSwagger ? body.schema : body.content[type].schema;
    return validate(schema, json, true);
  }

  function answer(asked, { status = 200, json }) {
    const found = operationOf(asked);
    if (found === undefined) return [];
    const responses = found.operation.responses ?? {};
    const response = deref(
      responses[status] ?? responses[`${Math.floor(status / 100)}XX`] ?? responses.default,
    );
    if (response === undefined) return [`status ${status} is not in the published document`];
    const schema = isSwagger ? response.schema : response.content?.['application/json']?.schema;
    if (schema === undefined || json === undefined) return [];
    return validate(schema, json);
  }

  return { request, answer };
}
