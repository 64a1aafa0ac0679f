import { Fault } from '#platform/kernel/fault.ts';
import { createKey, listKeys, revokeKey } from '#modules/identity/keys/keys.service.ts';
import { type Beside, beside, optionsOf } from '../beside.ts';
import { verbConfig } from '../verb-config.ts';

/** What the verb does, for the list of verbs. */
export const summary = 'make an API key for a program, or revoke one';

const USAGE = `parapet key create --name NAME --role ROLE [--site CODE] [--until TIME] [--empty|--demo]
parapet key revoke --name NAME | --id ID [--empty|--demo]
The secret is printed once, alone, on standard output. ROLE is a role of people, or service-source for a device that sends signals.`;

const ACTIONS: Record<string, (args: string[]) => (given: Beside) => Promise<void>> = {
  create: (args) => {
    const { name, role, site, until } = optionsOf(args, ['name', 'role', 'site', 'until'], ['name', 'role'], USAGE);
    if (until !== undefined && Number.isNaN(Date.parse(until))) throw new Fault(`${until} is no time. Write it like 2027-01-31T00:00:00Z.`);
    return async ({ door, siteIdOf }) => {
      const { id, secret } = await createKey(door, { name: name.trim(), roleKey: role, siteId: await siteIdOf(site), ...(until === undefined ? {} : { until: new Date(until).toISOString() }) });
      console.error(`Key ${name.trim()} (${role}${site === undefined ? ', whole organisation' : `, ${site} and below`}), id ${id}. The secret, shown once:`);
      console.log(secret);
    };
  },
  revoke: (args) => {
    const { id, name } = optionsOf(args, ['id', 'name'], [], USAGE);
    if ((id === undefined) === (name === undefined)) throw new Fault(`Say which key: by its name or by its id.\n${USAGE}`);
    return async ({ door }) => {
      const found = (await listKeys(door)).items.filter((key) => (id === undefined ? key.label === name : key.id === id));
      if (found.length === 0) throw new Fault(`There is no key ${id ?? name}.`);
      if (found.length > 1) throw new Fault(`Several keys are called ${name}. Say which by --id: ${found.map((key) => `${key.id} of ${key.createdAt}`).join(', ')}.`);
      for (const key of found) {
        await revokeKey(door, { id: key.id });
        console.error(`Key ${key.label} (${key.id}) is revoked.`);
      }
    };
  },
};

/** `parapet key create|revoke`, beside a running server; 0 when it is done. */
export const run = async (args: string[]): Promise<number> => {
  const { config, rest } = verbConfig(args);
  const action = ACTIONS[rest[0] ?? ''];
  if (!action) throw new Fault(USAGE);
  await beside(config, action(rest.slice(1)));
  return 0;
};
