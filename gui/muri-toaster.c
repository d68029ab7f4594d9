/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-config.h"

#include "muri-toaster.h"

/* What libadwaita gives a toast. */
#define USUAL_SECONDS 5

/* Longer than a toast takes to come. */
#define MOVING (500 * G_TIME_SPAN_MILLISECOND)

struct _MuriToaster
{
  GObject parent_instance;

  GSettings *settings;
  AdwToastOverlay *overlay; /* borrowed: its window owns both */
  AdwToast *shown[MURI_TOAST_NOTICE];
  AdwToast *next[MURI_TOAST_NOTICE];
  guint turns[MURI_TOAST_NOTICE]; /* of those shown: in which they came */
  guint turn;

  /* While one comes or goes */
  guint tick_id;
  gint64 moved;
  gboolean ended;
};

G_DEFINE_FINAL_TYPE (MuriToaster, muri_toaster, G_TYPE_OBJECT)

static void watch (MuriToaster *self);

/* Who needs more time to read has it. */
static void
give_time (MuriToaster *self, AdwToast *toast)
{
  guint seconds = g_settings_get_uint (self->settings, "message-seconds");

  adw_toast_set_timeout (toast, adw_toast_get_timeout (toast) * seconds / USUAL_SECONDS);
}

static void
on_dismissed (AdwToast *toast, MuriToaster *self)
{
  for (guint i = 0; i < MURI_TOAST_NOTICE; i++)
    if (self->shown[i] == toast)
      g_clear_object (&self->shown[i]);
  /* Another one comes in its place. */
  watch (self);
}

static void
add (MuriToaster *self, AdwToast *toast)
{
  g_signal_connect_object (toast, "dismissed", G_CALLBACK (on_dismissed), self, 0);
  adw_toast_overlay_add_toast (self->overlay, toast);
  watch (self);
}

static void
take_away (MuriToaster *self, MuriToastKind kind)
{
  g_autoptr (AdwToast) toast = g_steal_pointer (&self->shown[kind]);

  if (toast)
    adw_toast_dismiss (toast);
}

/* Once the one that is seen goes, the next one comes; so that one goes first. */
static void
take_both_away (MuriToaster *self)
{
  MuriToastKind later = self->turns[MURI_TOAST_RESULT] > self->turns[MURI_TOAST_ANSWER]
                            ? MURI_TOAST_RESULT
                            : MURI_TOAST_ANSWER;

  take_away (self, later);
  take_away (self, later == MURI_TOAST_RESULT ? MURI_TOAST_ANSWER : MURI_TOAST_RESULT);
}

static void
replace (MuriToaster *self, MuriToastKind kind)
{
  AdwToast *toast = g_steal_pointer (&self->next[kind]);

  /* The line at the foot of the sidebar keeps the result. */
  if (kind == MURI_TOAST_ANSWER)
    take_both_away (self);
  else
    take_away (self, kind);
  self->shown[kind] = g_object_ref (toast);
  self->turns[kind] = ++self->turn;
  add (self, toast);
}

static void
go_on (MuriToaster *self)
{
  for (guint i = 0; i < MURI_TOAST_NOTICE && self->tick_id == 0; i++)
    if (self->next[i])
      replace (self, i);
}

/* An animation is at its end for sure once its time is over and a frame was drawn after that. */
static gboolean
on_tick (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  MuriToaster *self = user_data;

  if (!self->ended)
    {
      self->ended = gdk_frame_clock_get_frame_time (clock) - self->moved > MOVING;
      return G_SOURCE_CONTINUE;
    }
  self->tick_id = 0;
  go_on (self);
  return G_SOURCE_REMOVE;
}

static void
watch (MuriToaster *self)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (GTK_WIDGET (self->overlay));

  if (!clock || !gtk_widget_get_mapped (GTK_WIDGET (self->overlay)))
    return;
  self->moved = gdk_frame_clock_get_frame_time (clock);
  self->ended = FALSE;
  if (self->tick_id == 0)
    self->tick_id = gtk_widget_add_tick_callback (GTK_WIDGET (self->overlay), on_tick, self, NULL);
}

static void
on_overlay_gone (gpointer user_data, GObject *overlay)
{
  MuriToaster *self = user_data;

  self->overlay = NULL;
  self->tick_id = 0;
}

static void
muri_toaster_dispose (GObject *object)
{
  MuriToaster *self = MURI_TOASTER (object);

  if (self->overlay)
    {
      g_object_weak_unref (G_OBJECT (self->overlay), on_overlay_gone, self);
      if (self->tick_id > 0)
        gtk_widget_remove_tick_callback (GTK_WIDGET (self->overlay), self->tick_id);
    }
  self->overlay = NULL;
  self->tick_id = 0;
  for (guint i = 0; i < MURI_TOAST_NOTICE; i++)
    {
      g_clear_object (&self->shown[i]);
      g_clear_object (&self->next[i]);
    }
  g_clear_object (&self->settings);

  G_OBJECT_CLASS (muri_toaster_parent_class)->dispose (object);
}

static void
muri_toaster_class_init (MuriToasterClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = muri_toaster_dispose;
}

static void
muri_toaster_init (MuriToaster *self)
{
}

MuriToaster *
muri_toaster_new (AdwToastOverlay *overlay)
{
  MuriToaster *self = g_object_new (MURI_TYPE_TOASTER, NULL);

  self->settings = g_settings_new (MURI_APPLICATION_ID);
  self->overlay = overlay;
  g_object_weak_ref (G_OBJECT (overlay), on_overlay_gone, self);
  return self;
}

void
muri_toaster_show (MuriToaster *self, MuriToastKind kind, AdwToast *toast)
{
  if (!self->overlay)
    {
      g_object_unref (toast);
      return;
    }
  give_time (self, toast);
  if (kind == MURI_TOAST_NOTICE)
    {
      add (self, toast);
      return;
    }
  g_clear_object (&self->next[kind]);
  self->next[kind] = toast;
  go_on (self);
}

AdwToast *
muri_toaster_toast_new (const char *text)
{
  g_autofree char *escaped = g_markup_escape_text (text, -1);

  return adw_toast_new (escaped);
}

gboolean
muri_toaster_has (MuriToaster *self, MuriToastKind kind)
{
  return kind < MURI_TOAST_NOTICE && (self->shown[kind] || self->next[kind]);
}
