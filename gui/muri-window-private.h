/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-pages.h"
#include "muri-window.h"

G_BEGIN_DECLS

struct _MuriWindow
{
  AdwApplicationWindow parent_instance;

  /* Template widgets */
  AdwToastOverlay *toasts;
  AdwLeaflet *leaflet;
  GtkWidget *sidebar_pane;
  GtkWidget *content_pane;
  AdwViewSwitcherTitle *switcher_title;
  AdwViewSwitcherBar *switcher_bar;
  GtkStack *body;
  AdwViewStack *views;
  AdwBin *view_bins[MURI_N_VIEWS];
  AdwBin *operations_bin;

  /* Borrowed */
  MuriFleet *fleet;
  GSettings *settings;

  /* Owned */
  MuriScope *scope;
};

/* muri-window-actions.c */
void muri_window_add_actions (MuriWindow *self);

/* muri-window-views.c */
void muri_window_set_scope (MuriWindow *self, MuriScope *scope);
void muri_window_set_view (MuriWindow *self, MuriView view);
void muri_window_show_operations (MuriWindow *self, const char *operation_id);
void muri_window_fill_view (MuriWindow *self);

G_END_DECLS
