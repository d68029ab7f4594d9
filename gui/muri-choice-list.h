/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "muri-vm.h"

G_BEGIN_DECLS

/**
 * MuriChoice: how a row of a list of choices looks.
 * @vm: (nullable): whose state its shape shows
 * @title: what it is
 * @detail: what becomes of it
 * @part: it belongs to the row above
 * @dim: nothing becomes of it
 */
typedef struct
{
  MuriVm *vm;
  const char *title;
  const char *detail;
  gboolean part;
  gboolean dim;
} MuriChoice;

typedef void (*MuriChoiceFunc) (gpointer item, MuriChoice *choice);

/* Rows with a tick each. @items: objects with the properties ticked (gboolean, writable) and
 * enabled (gboolean); whatever they notify of, they are described again. */
void muri_choice_list_set_up (GtkListView *list, GListModel *items, MuriChoiceFunc describe);

G_END_DECLS
