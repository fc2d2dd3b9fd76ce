/** Our drawn icons as images of the system. */
import { nativeImage, type NativeImage } from 'electron';
import { encodePng } from './png.ts';
import { drawTrayIcon, type IconState } from './tray-icon.ts';

/** For the tray and overlays: sharp on usual and on dense screens. */
export function deskImage(state: IconState, pixels: number, isTemplate: boolean): NativeImage {
  const style = isTemplate ? 'template' : 'colour';
  const image = nativeImage.createFromBuffer(
    encodePng(drawTrayIcon(state, pixels, style), pixels),
    { width: pixels, height: pixels, scaleFactor: 1 },
  );
  image.addRepresentation({
    scaleFactor: 2,
    width: pixels * 2,
    height: pixels * 2,
    buffer: encodePng(drawTrayIcon(state, pixels * 2, style), pixels * 2),
  });
  if (isTemplate) image.setTemplateImage(true);
  return image;
}
