import { messagesOf } from '#platform/web/messages.ts';

export const t = messagesOf({
  'identity.sign-in': 'Sign in',
  'identity.email': 'E-mail',
  'identity.password': 'Password',
  'identity.email.missing': 'Write your e-mail',
  'identity.password.missing': 'Write your password',
  'identity.show': 'Show the password',
  'identity.wait': { one: 'Too many attempts. The next is possible in {n} second.', other: 'Too many attempts. The next is possible in {n} seconds.' },
  'identity.setup': 'First administrator',
  'identity.setup.why': 'This installation is empty. Whoever fills this in administers it and gives the others their roles.',
  'identity.setup.organisation': 'Organisation',
  'identity.setup.organisation.help': 'As it stands on reports',
  'identity.setup.name': 'Your name',
  'identity.setup.password.help': 'At least 12 characters; several words are easier to keep in mind',
  'identity.setup.organisation.missing': 'Write the name of the organisation',
  'identity.setup.name.missing': 'Write your name',
  'identity.setup.email.wrong': 'Write it like name@company.example',
  'identity.setup.password.short': 'Use at least 12 characters',
  'identity.setup.do': 'Found the organisation',
  'identity.setup.done': 'This installation has its administrator. Sign in.',
});
