import { Fault } from '#platform/kernel/fault.ts';
import { createAccount, findAccount, resetPassword, unlock } from '#modules/identity/accounts.service.ts';
import { Email } from '#modules/identity/contract.ts';
import { grantRole } from '#modules/identity/grants.service.ts';
import { ROLES } from '#modules/identity/roles.ts';
import { type Beside, beside, optionsOf } from '../beside.ts';
import { newPassword } from '../new-password.ts';
import { verbConfig } from '../verb-config.ts';

/** What the verb does, for the list of verbs. */
export const summary = 'make a person who may sign in, give a new password, or end the wait after wrong ones';

const USAGE = `parapet user create --name NAME --email ADDRESS --role ROLE [--site CODE] [--empty|--demo]
parapet user reset --email ADDRESS [--empty|--demo]
parapet user unlock --email ADDRESS [--empty|--demo]
The password is made here and printed once, alone, on standard output.`;

const HUMAN = ROLES.filter((role) => role.kind === 'human').map((role) => role.key);

const ACTIONS: Record<string, (args: string[]) => (given: Beside) => Promise<void>> = {
  create: (args) => {
    const { name, email, role, site } = optionsOf(args, ['name', 'email', 'role', 'site'], ['name', 'email', 'role'], USAGE);
    if (!HUMAN.includes(role)) throw new Fault(`There is no role ${role} of people. These are: ${HUMAN.join(', ')}.`);
    const address = addressOf(email);
    return async ({ door, siteIdOf }) => {
      const siteId = await siteIdOf(site);
      const password = newPassword();
      const { id } = await createAccount(door, { name: name.trim(), email: address, password });
      await grantRole(door, { personId: id, roleKey: role, siteId, reason: 'Made at the command line' });
      tell(`${name.trim()} may sign in as ${address} (${role}${site === undefined ? ', whole organisation' : `, ${site} and below`}). The password, shown once:`, password);
    };
  },
  reset: (args) => {
    const { email } = optionsOf(args, ['email'], ['email'], USAGE);
    const address = addressOf(email);
    return async ({ door }) => {
      const password = newPassword();
      await resetPassword(door, { personId: await personOf(door, address), password });
      tell(`${address} has a new password; sessions ended, and walls stay closed until a member lets them in again. The password, shown once:`, password);
    };
  },
  unlock: (args) => {
    const { email } = optionsOf(args, ['email'], ['email'], USAGE);
    const address = addressOf(email);
    return async ({ door }) => {
      await personOf(door, address);
      await unlock(door, address);
      console.error(`${address} may try again at once.`);
    };
  },
};

/** `parapet user create|reset|unlock`, beside a running server; 0 when it is done. */
export const run = async (args: string[]): Promise<number> => {
  const { config, rest } = verbConfig(args);
  const action = ACTIONS[rest[0] ?? ''];
  if (!action) throw new Fault(USAGE);
  await beside(config, action(rest.slice(1)));
  return 0;
};

function addressOf(text: string): string {
  const parsed = Email.safeParse(text.trim().toLowerCase());
  if (!parsed.success) throw new Fault(`${text} is no e-mail address. Write it like name@company.example.`);
  return parsed.data;
}

const personOf = (door: Beside['door'], email: string): Promise<string> =>
  findAccount(door, email).then(({ personId }) => personId, () => {
    throw new Fault(`Nobody signs in with ${email}.`);
  });

function tell(words: string, secret: string): void {
  console.error(words);
  console.log(secret);
}
