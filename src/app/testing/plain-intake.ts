import './plain-process.ts';
