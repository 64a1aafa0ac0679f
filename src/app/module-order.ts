/** The import order of modules, written down once: a module may call the public verbs of those before it. */
export const ORDER: readonly string[] =
  'identity sites people directory devices signals procedures alarms tasks incidents notices exercises continuity credentials visitors workorders guards convergence entities exhibits cases threats liaison intelligence travel protection specialevents measures inspections risk design losses diligence strategy policy compliance training team vendors budget metrics desk'.split(' ');
