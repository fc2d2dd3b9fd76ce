/** Checks AWS JSON requests and answers against a published service description: shape names, required members, enums. */
import { readFileSync } from 'node:fs';

const isObject = (value) => value !== null && typeof value === 'object' && !Array.isArray(value);

export function awsService(file) {
  const { metadata, operations, shapes } = JSON.parse(readFileSync(file, 'utf8'));

  function problemsOf(name, value, where) {
    const shape = shapes[name];
    if (shape === undefined) return [`${where}: no shape ${name}`];
    const wrong = [`${where} is no ${shape.type} (${name})`];
    switch (shape.type) {
      case 'structure': {
        if (!isObject(value)) return wrong;
        const missing = (shape.required ?? []).filter((member) => !(member in value));
        return [
          ...missing.map((member) => `${where}.${member} is missing`),
          ...Object.entries(value).flatMap(([member, inner]) => {
            const known = shape.members[member];
            if (known === undefined) return [`${where}.${member} is not in ${name}`];
            return problemsOf(known.shape, inner, `${where}.${member}`);
          }),
        ];
      }
      case 'list': {
        if (!Array.isArray(value)) return wrong;
        if (value.length > (shape.max ?? Infinity)) return [`${where} has more than ${shape.max}`];
        return value.flatMap((item, index) =>
          problemsOf(shape.member.shape, item, `${where}[${index}]`),
        );
      }
      case 'map':
        if (!isObject(value)) return wrong;
        return Object.entries(value).flatMap(([key, item]) =>
          problemsOf(shape.value.shape, item, `${where}.${key}`),
        );
      case 'string':
        if (typeof value !== 'string') return wrong;
        if (shape.enum !== undefined && !shape.enum.includes(value))
          return [`${where} is ${JSON.stringify(value)}, not one of ${shape.enum.join(', ')}`];
        if (value.length > (shape.max ?? Infinity)) return [`${where} is longer than ${shape.max}`];
        return value.length < (shape.min ?? 0) ? [`${where} is too short`] : [];
      case 'boolean':
        return typeof value === 'boolean' ? [] : wrong;
      case 'integer':
      case 'long': {
        const isWithin = value >= (shape.min ?? -Infinity) && value <= (shape.max ?? Infinity);
        return Number.isInteger(value) && isWithin ? [] : wrong;
      }
      case 'double':
      case 'float':
      case 'timestamp':
        return typeof value === 'number' ? [] : wrong;
      default:
        return [`${where}: nobody here knows the type ${shape.type}`];
    }
  }

  const operationOf = ({ headers }) => {
    const [prefix, name] = (headers['x-amz-target'] ?? '').split('.');
    return prefix === metadata.targetPrefix ? operations[name] : undefined;
  };

  return {
    request(request) {
      const operation = operationOf(request);
      if (operation === undefined) return [`no operation ${request.headers['x-amz-target'] ?? ''}`];
      const type = request.headers['content-type'];
      const wanted = `application/x-amz-json-${metadata.jsonVersion}`;
      const problems = type === wanted ? [] : [`content type ${type}, not ${wanted}`];
      if (operation.input === undefined) return problems;
      return [...problems, ...problemsOf(operation.input.shape, request.json ?? {}, 'the request')];
    },
    answer(request, { json }) {
      const output = operationOf(request)?.output;
      return output === undefined || json === undefined
        ? []
        : problemsOf(output.shape, json, 'the answer');
    },
  };
}
