import { type Module, serve } from '#platform/kernel/http.ts';
import * as comments from './comments.service.ts';
import * as contract from './contract.ts';
import * as links from './links.service.ts';
import * as steps from './steps.service.ts';

export default {
  name: 'thread',
  permissions: {
    'thread:read': 'See comments and links',
    'thread:write': 'Comment, and link records',
  },
  routes: [
    serve(contract.listComments, comments.listComments),
    serve(contract.addComment, comments.addComment),
    serve(contract.editComment, comments.editComment),
    serve(contract.strikeComment, comments.strikeComment),
    serve(contract.findMentionable, comments.findMentionable),
    serve(contract.listLinks, links.listLinks),
    serve(contract.drawLink, links.drawLink),
    serve(contract.strikeLink, links.strikeLink),
    serve(contract.listSteps, steps.listSteps),
  ],
} satisfies Module;
