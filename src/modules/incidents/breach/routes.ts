import { serve } from '#platform/kernel/http.ts';
import * as contract from '../breach-contract.ts';
import { noteNotice, printBreach, readBreach, strikeNotice, writeBreach } from './breach.service.ts';
import { sayNotDue } from './not-due.service.ts';

/** The record of a breach of personal data, and its notices. */
export const breachRoutes = [serve(contract.readBreach, readBreach), serve(contract.writeBreach, writeBreach), serve(contract.noteNotice, noteNotice), serve(contract.strikeNotice, strikeNotice), serve(contract.sayNotDue, sayNotDue), serve(contract.printBreach, printBreach)];
