/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "muri-drag-escape.h"

#ifdef MURI_X11

#include <X11/extensions/XInput2.h>
#include <gdk/x11/gdkx.h>

/* GTK 4.8 grabs Escape on the root window, whose events it then takes for nobody's. Without that
 * grab the key comes to the window that the drag began in, and from there to the drag. */
void
muri_drag_hear_escape (GdkDrag *drag)
{
  GdkDisplay *display = gdk_drag_get_display (drag);
  XIGrabModifiers none = { 0 };
  GdkDevice *keyboard;
  Display *x_display;

  if (!GDK_IS_X11_DISPLAY (display))
    return;
  x_display = gdk_x11_display_get_xdisplay (display);
  keyboard = gdk_seat_get_keyboard (gdk_device_get_seat (gdk_drag_get_device (drag)));
  gdk_x11_display_error_trap_push (display);
  XIUngrabKeycode (x_display, gdk_x11_device_get_id (keyboard),
                   XKeysymToKeycode (x_display, GDK_KEY_Escape),
                   gdk_x11_display_get_xrootwindow (display), 1, &none);
  gdk_x11_display_error_trap_pop_ignored (display);
}

#else

void
muri_drag_hear_escape (GdkDrag *drag)
{
}

#endif
