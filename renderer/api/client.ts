/** The contract as functions (`client.alarms.get({ id })`) and as queries (`api.alarms.get.queryOptions(…)`). */
import { createORPCClient } from '@orpc/client';
import type { ContractRouterClient } from '@orpc/contract';
import { createTanstackQueryUtils } from '@orpc/tanstack-query';
import type { Contract } from '../../preload/contract/index.ts';
import { link } from './connection.ts';

export const client: ContractRouterClient<Contract> = createORPCClient(link);
export const api = createTanstackQueryUtils(client);
