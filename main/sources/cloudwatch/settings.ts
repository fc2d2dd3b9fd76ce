/** What a person configures for CloudWatch. The form is drawn from this. */
import { isAbsolute } from 'node:path';
import { z } from 'zod';
import type { SecretField } from '../connector.ts';
import { lines, transportFields } from '../fields.ts';

const Region = z
  .string()
  .trim()
  .regex(/^[a-z]{2}(-[a-z]+){1,3}-\d{1,2}$/, 'A region reads like eu-central-1.');

const isEndpoint = (text: string): boolean =>
  text === '' ||
  /^https?:$/.test(URL.parse(text.replaceAll('{region}', 'eu-central-1'))?.protocol ?? '');

export const CloudWatchSettings = z
  .object({
    regions: z.array(Region).min(1, 'At least one region.').max(40).meta({
      label: 'Regions',
      help: 'One per line. Alarms exist per region.',
      type: 'lines',
      placeholder: 'eu-central-1',
    }),
    login: z.enum(['keys', 'temporary', 'profile']).default('keys').meta({
      label: 'Login',
      help: 'Keys of one account, kept in the keychain (temporary ones have a session token); or profiles from the files of the AWS command line, read at every poll.',
    }),
    accessKeyId: z
      .string()
      .trim()
      .default('')
      .refine((id) => /^\w*$/.test(id), { message: 'Letters and digits, like AKIA….' })
      .meta({
        label: 'Access key ID',
        help: 'Of a user that may cloudwatch:DescribeAlarms and cloudwatch:DescribeAlarmHistory on all resources. Not with profiles.',
        placeholder: 'AKIA…',
      }),
    profiles: lines()
      .max(40)
      .default(['default'])
      .meta({
        label: 'Profiles',
        help: 'One per line: an account each. They must have keys of their own; roles and single sign-on are not taken on.',
        type: 'lines',
        when: { field: 'login', equals: 'profile' },
      }),
    profileFolder: z
      .string()
      .trim()
      .default('')
      .refine((folder) => folder === '' || isAbsolute(folder), {
        message: 'The full path of a folder.',
      })
      .meta({
        isAdvanced: true,
        label: 'Folder of the profiles',
        help: 'Empty: .aws in your home folder.',
        when: { field: 'login', equals: 'profile' },
      }),
    insufficientData: z.enum(['info', 'warning', 'as alarm', 'ignore']).default('info').meta({
      label: 'Alarms without data',
      help: 'What INSUFFICIENT_DATA means: an alarm of this severity, one like any other, or nothing.',
    }),
    defaultSeverity: z.enum(['critical', 'high', 'warning', 'info']).default('high').meta({
      label: 'Severity',
      help: 'CloudWatch knows none. P1 to P5, SEV1 to SEV4, critical and warning in a name or description count, and "severity: …" in a description. This one is for all others.',
    }),
    isDisabledSuppressed: z.boolean().default(true).meta({
      isAdvanced: true,
      label: 'Alarms with disabled actions are suppressed',
      help: 'Somebody switched their actions off in CloudWatch, which is how it is told to be quiet.',
    }),
    isEmptyQuiet: z.boolean().default(false).meta({
      isAdvanced: true,
      label: 'A region without any alarm is quiet',
      help: 'Otherwise a region that knows no alarm at all, not even a quiet one, makes this source blind: it may be the wrong one.',
    }),
    serviceLabels: lines()
      .default([
        'ServiceName',
        'Service',
        'FunctionName',
        'DBClusterIdentifier',
        'DBInstanceIdentifier',
        'QueueName',
        'TableName',
        'ApiName',
        'ClusterName',
        'AutoScalingGroupName',
        'LoadBalancer',
        'namespace',
      ])
      .meta({
        isAdvanced: true,
        label: 'Labels that name the service',
        help: 'The first that an alarm has is its service. Dimensions are labels.',
        type: 'lines',
      }),
    endpoint: z
      .string()
      .trim()
      .default('')
      .refine(isEndpoint, {
        message: 'An address begins with http:// or https://.',
      })
      .meta({
        isAdvanced: true,
        type: 'url',
        label: 'Address',
        help: 'Only for VPC endpoints and other partitions; {region} is filled in. Empty: the public one.',
        placeholder: 'https://monitoring.{region}.amazonaws.com',
      }),
    ...transportFields,
  })
  .superRefine(({ login, accessKeyId, profiles }, context) => {
    const issue = (name: string, message: string): void =>
      context.addIssue({ code: 'custom', message, path: [name] });
    if (login !== 'profile' && accessKeyId === '') issue('accessKeyId', 'Enter the ID of the key.');
    if (login === 'profile' && profiles.length === 0) issue('profiles', 'At least one profile.');
  });
export type CloudWatchSettings = z.infer<typeof CloudWatchSettings>;

const secretKey = {
  name: 'secretAccessKey',
  label: 'Secret access key',
  help: 'Kept in the keychain of this computer.',
};

export const cloudWatchSecrets: readonly SecretField[] = [
  { ...secretKey, when: { field: 'login', equals: 'keys' } },
  {
    ...secretKey,
    name: 'temporarySecretAccessKey',
    when: { field: 'login', equals: 'temporary' },
  },
  {
    name: 'sessionToken',
    label: 'Session token',
    help: 'Ends with its keys, after hours.',
    when: { field: 'login', equals: 'temporary' },
  },
];

/** The public address of a region. */
export function endpointOf(endpoint: string, region: string): string {
  if (endpoint !== '') return new URL(endpoint.replaceAll('{region}', region)).href;
  const domain = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  return `https://monitoring.${region}.${domain}/`;
}
