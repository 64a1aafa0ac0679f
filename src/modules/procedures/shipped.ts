import { z } from 'zod';
import shipped from './content/procedures.json' with { type: 'json' };
import { Procedure } from './procedure.ts';

/** The procedures that come with the product, as drafts of version 1. */
export const SHIPPED: readonly Procedure[] = z.strictObject({ version: z.string(), procedures: z.array(Procedure) }).parse(shipped).procedures;
