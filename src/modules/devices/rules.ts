/** What a device can be. */
export const DEVICE_KINDS = ['camera', 'recorder', 'panel', 'controller', 'reader', 'lock', 'detector', 'sensor', 'button', 'intercom', 'sounder', 'switch', 'power', 'gateway', 'server', 'other'] as const;
export type DeviceKind = (typeof DEVICE_KINDS)[number];

/** An asset's code as it stands on its label; of one site at most one device in use has it, whatever its case. */
export const DEVICE_CODE = /^[A-Za-z0-9][A-Za-z0-9._/-]{0,47}$/;

/** A place at a source as signals name it (`zone:7`, `door:3`); empty stands for the source as a whole. */
export const POINT = /^[\x21-\x7e]{0,80}$/;

/** How many may stand behind one another. */
export const LONGEST_CHAIN = 8;

export const REACHES = ['up', 'down', 'unknown'] as const;
export type Reach = (typeof REACHES)[number];

/** Whether a camera's moving pictures of the time of an alarm are kept: not at all, from the alarm on, or from before it. */
export const CLIP_MODES = ['off', 'after', 'around'] as const;
