/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-frames.h"

#include <time.h>

typedef struct
{
  gint64 painted; /* monotonic; 0 no frame yet */
  gint64 worked;  /* of this thread's clock */
} Frames;

static gint64
thread_time (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return now.tv_sec * G_TIME_SPAN_SECOND + now.tv_nsec / 1000;
}

static void
on_painted (GdkFrameClock *clock, Frames *frames)
{
  gint64 painted = g_get_monotonic_time ();
  gint64 worked = thread_time ();

  if (frames->painted != 0)
    g_printerr ("muri: frame at %" G_GINT64_FORMAT " after %" G_GINT64_FORMAT
                " us, %" G_GINT64_FORMAT " us of work\n",
                painted, painted - frames->painted, worked - frames->worked);
  frames->painted = painted;
  frames->worked = worked;
}

static gboolean
go_on (GtkWidget *window, GdkFrameClock *clock, gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

static void
frames_free (gpointer frames, GClosure *closure)
{
  g_free (frames);
}

static void
on_realize (GtkWidget *window)
{
  g_signal_connect_data (gtk_widget_get_frame_clock (window), "after-paint",
                         G_CALLBACK (on_painted), g_new0 (Frames, 1), frames_free, 0);
  gtk_widget_add_tick_callback (window, go_on, NULL, NULL);
}

void
muri_frames_watch (GtkWindow *window)
{
  static const GDebugKey keys[] = { { "frames", 1 } };

  if (g_parse_debug_string (g_getenv ("MURI_DEBUG"), keys, G_N_ELEMENTS (keys)) != 0)
    g_signal_connect (window, "realize", G_CALLBACK (on_realize), NULL);
}
