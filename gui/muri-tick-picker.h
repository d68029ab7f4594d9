/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * MuriTickPicker: a button that says what is chosen, and a list to choose from by typing.
 *
 * Signals: "changed".
 */
#define MURI_TYPE_TICK_PICKER (muri_tick_picker_get_type ())
G_DECLARE_FINAL_TYPE (MuriTickPicker, muri_tick_picker, MURI, TICK_PICKER, GtkWidget)

/* What is chosen by a text that is in no row: its id; NULL: nothing can be made of it. */
typedef char *(*MuriTickNew) (const char *text);

/* @none: what the button says while nothing is chosen; @single: one at most */
void muri_tick_picker_set_up (MuriTickPicker *self, const char *none, gboolean single,
                              MuriTickNew make_new);

/* @reason: (nullable): why it cannot be chosen; else @detail is shown. */
void muri_tick_picker_add (MuriTickPicker *self, const char *id, const char *icon,
                           const char *label, const char *detail, const char *reason);
void muri_tick_picker_clear (MuriTickPicker *self);

/* One that is not listed is left out, unless it can be made new. */
void muri_tick_picker_choose (MuriTickPicker *self, const char *id);

/* (element-type utf8): ids. Transfer container: valid until the rows change. */
GPtrArray *muri_tick_picker_get_chosen (MuriTickPicker *self);

G_END_DECLS
