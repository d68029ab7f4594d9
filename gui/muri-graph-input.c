/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-graph-private.h"

#include <math.h>

#include "muri-graph-marks-popover.h"

/* Pixels that a hand trembles. */
#define THRESHOLD 4

/* One notch of a wheel, one press of a key. */
#define WHEEL_ZOOM 1.25
#define KEY_ZOOM 2.0

/* Of the range, by a notch of a wheel aside or by a key. */
#define PAN_SHARE 0.1
#define KEY_PAN_SHARE 0.25

/* Steps of the crosshair, by key. */
#define LONG_STEPS 10

static gboolean
is_over_plot (MuriGraph *self, double x)
{
  const MuriGraphFrame *frame = &self->picture->frame;

  return x >= frame->x && x <= frame->x + frame->width;
}

static gint64
time_at (MuriGraph *self, double x)
{
  return muri_graph_frame_time (&self->picture->frame, x);
}

void
muri_graph_point (MuriGraph *self)
{
  gint64 time = 0;

  if (is_over_plot (self, self->pointer_x))
    time = muri_graph_snap (self, time_at (self, self->pointer_x));
  muri_graph_group_set_crosshair (self->group, time);
}

static void
update_cursor (MuriGraph *self)
{
  gboolean axis = muri_graph_picture_is_on_axis (self->picture, self->pointer_y);
  guint first, last;
  const char *name = "crosshair";

  if (self->drag == MURI_GRAPH_DRAG_PAN)
    name = "grabbing";
  else if (axis)
    name = muri_graph_picture_find_marks (self->picture, self->pointer_x, &first, &last) ? "pointer"
                                                                                         : "grab";
  else if (!is_over_plot (self, self->pointer_x))
    name = NULL;
  gtk_widget_set_cursor_from_name (self->plot, name);
}

static void
on_enter (MuriGraph *self, double x, double y)
{
  self->pointer_x = x;
  self->pointer_y = y;
}

static void
on_motion (MuriGraph *self, double x, double y)
{
  gboolean moved = x != self->pointer_x || y != self->pointer_y;

  if (!moved || !self->range)
    return;
  self->over = TRUE;
  self->pointer_x = x;
  self->pointer_y = y;
  update_cursor (self);
  if (self->drag != MURI_GRAPH_DRAG_PAN)
    muri_graph_point (self);
}

static void
on_leave (MuriGraph *self)
{
  self->over = FALSE;
  muri_graph_group_set_crosshair (self->group, 0);
}

static void
on_focus_in (MuriGraph *self)
{
  muri_graph_update_description (self);
}

static void
pan_pixels (MuriGraph *self, double pixels)
{
  double pixel =
      (double)muri_time_range_get_span (self->range) / MAX (self->picture->frame.width, 1);

  muri_time_range_pan (self->range, (gint64)(pixels * pixel));
}

/* Only who came to the plot by moving the pointer zooms it: a page that is being scrolled goes on
 * when a graph comes to lie under the pointer. */
static gboolean
on_scroll (MuriGraph *self, double dx, double dy, GtkEventController *controller)
{
  GdkModifierType state = gtk_event_controller_get_current_event_state (controller);
  gboolean asked = (state & (GDK_CONTROL_MASK | GDK_SHIFT_MASK)) != 0;
  double factor = dy > 0 ? WHEEL_ZOOM : 1 / WHEEL_ZOOM;

  if (!self->range || (!self->over && !asked) || !is_over_plot (self, self->pointer_x))
    return GDK_EVENT_PROPAGATE;
  if (state & GDK_SHIFT_MASK && dx == 0)
    {
      dx = dy;
      dy = 0;
    }
  if (dx != 0)
    muri_time_range_pan (self->range,
                         (gint64)(dx * PAN_SHARE * (double)muri_time_range_get_span (self->range)));
  if (dy == 0)
    return dx != 0;
  if (!muri_time_range_can_zoom (self->range, factor))
    return GDK_EVENT_PROPAGATE;
  muri_time_range_zoom (self->range, time_at (self, self->pointer_x), factor);
  return GDK_EVENT_STOP;
}

static void
on_pinch_begin (MuriGraph *self)
{
  self->pinch = 1;
}

static void
on_pinch (MuriGraph *self, double scale, GtkGesture *gesture)
{
  double x, y;

  if (!self->range || scale <= 0 || !gtk_gesture_get_bounding_box_center (gesture, &x, &y))
    return;
  muri_time_range_zoom (self->range, time_at (self, x), self->pinch / scale);
  self->pinch = scale;
}

static void
end_drag (MuriGraph *self)
{
  self->drag = MURI_GRAPH_DRAG_NONE;
  update_cursor (self);
  gtk_widget_queue_draw (self->plot);
}

static void
on_drag_begin (MuriGraph *self, double x, double y, GtkGesture *gesture)
{
  guint button = gtk_gesture_single_get_current_button (GTK_GESTURE_SINGLE (gesture));

  self->drag = MURI_GRAPH_DRAG_NONE;
  if (button > GDK_BUTTON_MIDDLE || !self->range)
    gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_DENIED);
  else
    gtk_widget_grab_focus (self->plot);
}

/* The plot is where spans are chosen; its axis is what is taken hold of and moved. */
static void
start_drag (MuriGraph *self, double x, double y, GtkGesture *gesture)
{
  GdkModifierType state =
      gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (gesture));
  GdkDevice *device =
      gtk_event_controller_get_current_event_device (GTK_EVENT_CONTROLLER (gesture));
  gboolean touch = device && gdk_device_get_source (device) == GDK_SOURCE_TOUCHSCREEN;

  gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_CLAIMED);
  self->panned = 0;
  if (touch || state & GDK_SHIFT_MASK || muri_graph_picture_is_on_axis (self->picture, y)
      || gtk_gesture_single_get_current_button (GTK_GESTURE_SINGLE (gesture)) == GDK_BUTTON_MIDDLE)
    self->drag = MURI_GRAPH_DRAG_PAN;
  else
    self->drag = MURI_GRAPH_DRAG_CHOICE;
  self->choice_from = time_at (self, x);
  update_cursor (self);
}

static void
on_drag_update (MuriGraph *self, double dx, double dy, GtkGestureDrag *gesture)
{
  double x, y;

  if (!self->range || !gtk_gesture_drag_get_start_point (gesture, &x, &y))
    return;
  if (self->drag == MURI_GRAPH_DRAG_NONE)
    {
      if (ABS (dx) < THRESHOLD || ABS (dx) < ABS (dy))
        return;
      start_drag (self, x, y, GTK_GESTURE (gesture));
    }
  if (self->drag == MURI_GRAPH_DRAG_PAN)
    {
      pan_pixels (self, self->panned - dx);
      self->panned = dx;
    }
  else
    {
      self->choice_to = time_at (self, x + dx);
      gtk_widget_queue_draw (self->plot);
    }
}

static void
on_drag_end (MuriGraph *self, double dx, double dy, GtkGestureDrag *gesture)
{
  gint64 from = MIN (self->choice_from, self->choice_to);
  gint64 to = MAX (self->choice_from, self->choice_to);
  gboolean chosen = self->drag == MURI_GRAPH_DRAG_CHOICE && self->range && ABS (dx) >= THRESHOLD;

  end_drag (self);
  if (chosen)
    muri_time_range_set (self->range, from, to);
}

static void
on_drag_cancel (MuriGraph *self)
{
  end_drag (self);
}

static gboolean
show_marks (MuriGraph *self, double x)
{
  const MuriGraphFrame *frame = &self->picture->frame;
  GArray *marks = self->picture->marks;
  g_autoptr (GPtrArray) items = NULL;
  gint64 first_time, last_time;
  GdkRectangle place;
  guint first, last;

  if (!muri_graph_picture_find_marks (self->picture, x, &first, &last))
    return FALSE;
  first_time = g_array_index (marks, MuriGraphMark, first).time;
  last_time = g_array_index (marks, MuriGraphMark, last).time;
  items = muri_graph_marks_find (muri_graph_group_get_marks (self->group), first_time, last_time);
  place.x = (int)muri_graph_frame_x (frame, first_time);
  place.y = (int)(frame->y + frame->height);
  place.width = MAX (1, (int)muri_graph_frame_x (frame, last_time) - place.x);
  place.height = 8;
  if (items->len > 0)
    muri_graph_marks_popover_show (self->plot, &place, items);
  return items->len > 0;
}

static gboolean
is_pinned (MuriGraph *self)
{
  return self->range && muri_graph_group_get_pins (self->group)
         && muri_time_range_get_pin (self->range) != 0;
}

/* A click on what is pinned lets it go. */
static gboolean
is_on_pin (MuriGraph *self, double x)
{
  return is_pinned (self)
         && fabs (muri_graph_frame_x (&self->picture->frame, muri_time_range_get_pin (self->range))
                  - x)
                <= THRESHOLD;
}

static void
pin (MuriGraph *self, gint64 time)
{
  gint64 now = muri_graph_group_get_now (self->group);

  if (self->range && muri_graph_group_get_pins (self->group))
    muri_time_range_set_pin (self->range, MIN (muri_graph_snap (self, time), now));
}

static void
on_pressed (MuriGraph *self, int n_press, double x, double y, GtkGesture *gesture)
{
  if (!muri_graph_picture_is_on_axis (self->picture, y))
    return;
  if (show_marks (self, x))
    gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_CLAIMED);
  else
    gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_DENIED);
}

/* What became a drag comes not here. */
static void
on_released (MuriGraph *self, int n_press, double x, double y, GtkGesture *gesture)
{
  if (n_press == 1 && is_over_plot (self, x) && !muri_graph_picture_is_on_axis (self->picture, y))
    {
      if (is_on_pin (self, x))
        muri_time_range_set_pin (self->range, 0);
      else
        pin (self, time_at (self, x));
    }
}

static void
on_secondary (MuriGraph *self)
{
  gtk_menu_button_popup (GTK_MENU_BUTTON (self->menu_button));
}

static gint64
step_of_crosshair (MuriGraph *self)
{
  double pixel =
      (double)muri_time_range_get_span (self->range) / MAX (self->picture->frame.width, 1);
  gint64 step = MAX ((gint64)pixel, G_TIME_SPAN_SECOND);

  for (guint i = 0; i < self->picture->traces->len; i++)
    step = MAX (step, muri_graph_trace_get_span (self->picture->traces->pdata[i]));
  return step;
}

static void
move_crosshair (MuriGraph *self, gint64 by)
{
  gint64 from = muri_time_range_get_from (self->range);
  gint64 to = muri_time_range_get_to (self->range);
  gint64 time = muri_graph_group_get_crosshair (self->group);

  if (time == 0)
    time = by < 0 ? to : from;
  muri_graph_group_set_crosshair (self->group, muri_graph_snap (self, CLAMP (time + by, from, to)));
}

/* The next mark after the crosshair, or before it. */
static void
go_to_mark (MuriGraph *self, gboolean forward)
{
  gint64 time = muri_graph_group_get_crosshair (self->group);
  GArray *marks = self->picture->marks;

  if (time == 0)
    time = forward ? self->picture->from : self->picture->to;
  for (guint i = 0; i < marks->len; i++)
    {
      gint64 there = g_array_index (marks, MuriGraphMark, forward ? i : marks->len - 1 - i).time;

      if (forward ? there > time : there < time)
        {
          muri_graph_group_set_crosshair (self->group, there);
          return;
        }
    }
}

static gboolean
on_move_key (MuriGraph *self, guint keyval, GdkModifierType state)
{
  gboolean left = keyval == GDK_KEY_Left || keyval == GDK_KEY_KP_Left;
  gint64 step = step_of_crosshair (self) * (state & GDK_CONTROL_MASK ? LONG_STEPS : 1);

  if (state & GDK_SHIFT_MASK)
    step = (gint64)(KEY_PAN_SHARE * (double)muri_time_range_get_span (self->range));
  step = left ? -step : step;
  if (state & GDK_SHIFT_MASK)
    muri_time_range_pan (self->range, step);
  else
    move_crosshair (self, step);
  return GDK_EVENT_STOP;
}

static gboolean
on_leave_key (MuriGraph *self, guint keyval)
{
  if (keyval == GDK_KEY_Escape && is_pinned (self))
    muri_time_range_set_pin (self->range, 0);
  else if (muri_graph_group_get_crosshair (self->group) != 0)
    muri_graph_group_set_crosshair (self->group, 0);
  else if (keyval == GDK_KEY_End && !muri_time_range_is_following (self->range))
    muri_time_range_follow (self->range);
  else
    return GDK_EVENT_PROPAGATE;
  return GDK_EVENT_STOP;
}

static gboolean
on_zoom_key (MuriGraph *self, double factor)
{
  gint64 crosshair = muri_graph_group_get_crosshair (self->group);

  muri_time_range_zoom (self->range, crosshair ? crosshair : muri_time_range_get_to (self->range),
                        factor);
  return GDK_EVENT_STOP;
}

/* What happened there, or else what it was like there. */
static gboolean
on_enter_key (MuriGraph *self)
{
  gint64 crosshair = muri_graph_group_get_crosshair (self->group);

  if (crosshair && !show_marks (self, muri_graph_frame_x (&self->picture->frame, crosshair)))
    pin (self, crosshair);
  return crosshair != 0;
}

static gboolean
on_key (MuriGraph *self, guint keyval, guint keycode, GdkModifierType state)
{
  if (!self->range)
    return GDK_EVENT_PROPAGATE;
  switch (keyval)
    {
    case GDK_KEY_Left:
    case GDK_KEY_KP_Left:
    case GDK_KEY_Right:
    case GDK_KEY_KP_Right:
      return on_move_key (self, keyval, state);
    case GDK_KEY_plus:
    case GDK_KEY_equal:
    case GDK_KEY_KP_Add:
      return on_zoom_key (self, 1 / KEY_ZOOM);
    case GDK_KEY_minus:
    case GDK_KEY_KP_Subtract:
      return on_zoom_key (self, KEY_ZOOM);
    case GDK_KEY_Home:
      muri_graph_group_set_crosshair (self->group, muri_time_range_get_from (self->range));
      return GDK_EVENT_STOP;
    case GDK_KEY_m:
    case GDK_KEY_M:
      go_to_mark (self, keyval == GDK_KEY_m);
      return GDK_EVENT_STOP;
    case GDK_KEY_Return:
    case GDK_KEY_KP_Enter:
    case GDK_KEY_space:
      return on_enter_key (self);
    case GDK_KEY_Menu:
      on_secondary (self);
      return GDK_EVENT_STOP;
    case GDK_KEY_End:
    case GDK_KEY_Escape:
      return on_leave_key (self, keyval);
    default:
      return GDK_EVENT_PROPAGATE;
    }
}

static void
add_pointer (MuriGraph *self)
{
  GtkEventController *controller = gtk_event_controller_motion_new ();

  g_signal_connect_swapped (controller, "motion", G_CALLBACK (on_motion), self);
  g_signal_connect_swapped (controller, "enter", G_CALLBACK (on_enter), self);
  g_signal_connect_swapped (controller, "leave", G_CALLBACK (on_leave), self);
  gtk_widget_add_controller (self->plot, controller);
  controller = gtk_event_controller_scroll_new (GTK_EVENT_CONTROLLER_SCROLL_BOTH_AXES);
  g_signal_connect_swapped (controller, "scroll", G_CALLBACK (on_scroll), self);
  gtk_widget_add_controller (self->plot, controller);
}

static void
add_gestures (MuriGraph *self)
{
  GtkGesture *gesture = gtk_gesture_zoom_new ();

  g_signal_connect_swapped (gesture, "begin", G_CALLBACK (on_pinch_begin), self);
  g_signal_connect_swapped (gesture, "scale-changed", G_CALLBACK (on_pinch), self);
  gtk_widget_add_controller (self->plot, GTK_EVENT_CONTROLLER (gesture));
  gesture = gtk_gesture_drag_new ();
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (gesture), 0);
  g_signal_connect_swapped (gesture, "drag-begin", G_CALLBACK (on_drag_begin), self);
  g_signal_connect_swapped (gesture, "drag-update", G_CALLBACK (on_drag_update), self);
  g_signal_connect_swapped (gesture, "drag-end", G_CALLBACK (on_drag_end), self);
  g_signal_connect_swapped (gesture, "cancel", G_CALLBACK (on_drag_cancel), self);
  gtk_widget_add_controller (self->plot, GTK_EVENT_CONTROLLER (gesture));
  gesture = gtk_gesture_click_new ();
  g_signal_connect_swapped (gesture, "pressed", G_CALLBACK (on_pressed), self);
  g_signal_connect_swapped (gesture, "released", G_CALLBACK (on_released), self);
  gtk_widget_add_controller (self->plot, GTK_EVENT_CONTROLLER (gesture));
  gesture = gtk_gesture_click_new ();
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (gesture), GDK_BUTTON_SECONDARY);
  g_signal_connect_swapped (gesture, "pressed", G_CALLBACK (on_secondary), self);
  gtk_widget_add_controller (self->plot, GTK_EVENT_CONTROLLER (gesture));
}

void
muri_graph_init_input (MuriGraph *self)
{
  GtkEventController *controller = gtk_event_controller_key_new ();

  add_pointer (self);
  add_gestures (self);
  g_signal_connect_swapped (controller, "key-pressed", G_CALLBACK (on_key), self);
  gtk_widget_add_controller (self->plot, controller);
  controller = gtk_event_controller_focus_new ();
  g_signal_connect_swapped (controller, "enter", G_CALLBACK (on_focus_in), self);
  g_signal_connect_swapped (controller, "leave", G_CALLBACK (on_leave), self);
  gtk_widget_add_controller (self->plot, controller);
}
