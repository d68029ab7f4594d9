/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-bar.h"
#include "muri-first-start.h"
#include "muri-group-edits.h"
#include "muri-membership.h"
#include "muri-network.h"
#include "muri-pages.h"
#include "muri-sidebar.h"
#include "muri-tally.h"
#include "muri-toaster.h"
#include "muri-time-range.h"
#include "muri-view-title.h"
#include "muri-window.h"

G_BEGIN_DECLS

struct _MuriWindow
{
  AdwApplicationWindow parent_instance;

  /* Template widgets */
  AdwToastOverlay *toasts;
  AdwLeaflet *leaflet;
  GtkWidget *sidebar_pane;
  MuriSidebar *sidebar;
  GtkMenuButton *menu_button;
  GtkWidget *content_pane;
  MuriViewTitle *switcher_title;
  AdwViewSwitcherBar *switcher_bar;
  GtkToggleButton *sidebar_button;
  GtkWidget *operations_button;
  GtkImage *operations_image;
  GtkLabel *operations_label;
  GtkWidget *alarms_button;
  GtkLabel *alarms_label;
  GtkBox *bars;
  GtkStack *body;
  AdwViewStack *views;
  AdwBin *operations_bin;
  AdwBin *alarms_bin;
  AdwBin *templates_bin;
  MuriFirstStart *first_start;
  AdwStatusPage *trouble;

  /* Made in code, owned by their parents */
  AdwBin *view_bins[MURI_N_VIEWS];
  MuriBar *moment_bar;
  MuriBar *problem_bar;
  MuriBar *silent_bar;
  MuriBar *exposed_bar;
  MuriBar *refused_bar;
  MuriBar *history_bar;
  MuriBar *security_bar;
  MuriBar *held_bar;

  /* Owned */
  MuriFleet *fleet;
  GSettings *settings;
  MuriNetwork *network;
  MuriBackground *background;
  MuriTally *tally;
  MuriScope *scope;
  MuriTimeRange *range; /* that all graphs show */
  MuriToaster *toaster;
  guint toast_operations; /* summed up in the toast that is shown */
  guint toast_done;
  guint toast_failed;
  guint refused_seen;
  GPtrArray *gestures;       /* MuriGroupEdits: what Ctrl+Z takes back as a whole */
  char *awaited_group;       /* shown as soon as it is there: what was shown gets this path */
  GtkWidget *close_question; /* weak */
  gboolean clipboard_cut;
  MuriPlace place;
};

/* muri-window-actions.c */
void muri_window_add_actions (MuriWindow *self);

/* muri-window-act.c */
void muri_window_add_acts (MuriWindow *self);

/* Asks where it has to be asked, and submits. Takes @request. */
void muri_window_ask_request (MuriWindow *self, MuriRequest *request);

/* A MuriActFunc. */
void muri_window_acted (MuriOperation *operation, const char *problem, gpointer user_data);

/* muri-window-close.c: whether it may close now; else it was asked. */
gboolean muri_window_may_close (MuriWindow *self);

/* muri-window-ledger.c */
void muri_window_add_ledger (MuriWindow *self);

/* muri-window-alarms.c */
void muri_window_add_alarms (MuriWindow *self);

/* muri-window-groups.c */
void muri_window_add_groups (MuriWindow *self);
void muri_window_follow_group (MuriWindow *self, const char *from, const char *to);

/* muri-window-members.c */
void muri_window_add_members (MuriWindow *self);
MuriMembers *muri_window_members_of (MuriWindow *self, const char *origin, GVariant *refs);
gboolean muri_window_is_gone (MuriWindow *self, MuriMembers *members);

/* muri-window-undo.c */
void muri_window_add_undo (MuriWindow *self);
void muri_window_report_edits (MuriWindow *self, MuriGroupEdits *edits, GError *error);
void muri_window_report_edit (MuriWindow *self, MuriEdit *edit, GError *error);

/* muri-window-follow.c: what comes after something else has gone well. @stages: (element-type
 * GPtrArray of MuriRequest): each is sent when all targets of the one before are done; when one is
 * not, @otherwise is said (nullable), and no more is sent. */
void muri_window_submit_in_turn (MuriWindow *self, GPtrArray *stages, const char *otherwise);

/* The same, after @operation. */
void muri_window_follow (MuriWindow *self, MuriOperation *operation, GPtrArray *stages,
                         const char *otherwise);

GPtrArray *muri_window_stages_new (void);

/* One of one request. Takes @request. */
void muri_window_stages_add (GPtrArray *stages, MuriRequest *request);

/* muri-window-templates.c */
void muri_window_add_templates (MuriWindow *self);

/* muri-window-life.c */
void muri_window_add_life (MuriWindow *self);
void muri_window_delete_vms (MuriWindow *self, GPtrArray *vms);

/* And then their template. Takes @last, which asks for that. */
void muri_window_delete_clones (MuriWindow *self, GPtrArray *vms, MuriTemplate *meant,
                                MuriRequest *last);

/* muri-window-smart.c */
void muri_window_add_smart_groups (MuriWindow *self);

/* muri-window-views.c */
void muri_window_add_views (MuriWindow *self);
void muri_window_set_scope (MuriWindow *self, MuriScope *scope);
void muri_window_set_view (MuriWindow *self, MuriView view);
void muri_window_show_place (MuriWindow *self, MuriPlace place);

/* @operation_id: (nullable): the one to open */
void muri_window_show_operations (MuriWindow *self, const char *operation_id);

/* @template_id: (nullable): the one to open; else the gallery */
void muri_window_show_template (MuriWindow *self, const char *template_id);
void muri_window_update_body (MuriWindow *self);
GtkWidget *muri_window_get_page (MuriWindow *self);

/* muri-window-status.c */
void muri_window_add_status (MuriWindow *self);
void muri_window_say (MuriWindow *self, const char *text);
void muri_window_update_status (MuriWindow *self);

/* Above the content; the first one stands on top. */
MuriBar *muri_window_add_bar (MuriWindow *self, MuriBarStyle style, const char *button,
                              const char *action_name);

/* muri-window-moment.c */
void muri_window_add_moment (MuriWindow *self);

/* muri-window-panes.c */
void muri_window_add_panes (MuriWindow *self);
void muri_window_toggle_sidebar (MuriWindow *self);
void muri_window_focus (MuriWindow *self, GtkWidget *pane);
void muri_window_next_pane (MuriWindow *self, int step);

G_END_DECLS
