// Says that times are the business's where the browser's clock shows others.
export function zoneNote() {}
