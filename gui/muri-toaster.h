/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

typedef enum
{
  MURI_TOAST_ANSWER, /* to what a person did here: in place of the last answer or result */
  MURI_TOAST_RESULT, /* of operations: in its turn, in place of the last result */
  MURI_TOAST_NOTICE, /* what nobody here asked for: in its turn, for its whole time */
} MuriToastKind;

/* How long what can be taken back is offered to be, unless messages stay longer. */
#define MURI_TOAST_UNDO_SECONDS 10

/**
 * MuriToaster: the toasts of a window, one after the other.
 *
 * A toast of libadwaita 1.2 that is taken away in the midst of its own animation brings the
 * program down; this waits for the end of it.
 */
#define MURI_TYPE_TOASTER (muri_toaster_get_type ())
G_DECLARE_FINAL_TYPE (MuriToaster, muri_toaster, MURI, TOASTER, GObject)

MuriToaster *muri_toaster_new (AdwToastOverlay *overlay);

/* @toast: (transfer full) */
void muri_toaster_show (MuriToaster *toaster, MuriToastKind kind, AdwToast *toast);

/* @text: plain, no markup */
AdwToast *muri_toaster_toast_new (const char *text);

/* Whether there is one of that kind to be seen, or soon. */
gboolean muri_toaster_has (MuriToaster *toaster, MuriToastKind kind);

G_END_DECLS
