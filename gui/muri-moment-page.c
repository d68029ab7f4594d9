/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-moment-page.h"

#include "muri-moment-view.h"

struct _MuriMomentPage
{
  MuriPage parent_instance;

  MuriMomentView *view;
};

G_DEFINE_FINAL_TYPE (MuriMomentPage, muri_moment_page, MURI_TYPE_PAGE)

static void
muri_moment_page_start (MuriPage *page)
{
  MuriMomentPage *self = MURI_MOMENT_PAGE (page);

  muri_moment_view_watch (self->view, muri_page_get_scope (page), muri_page_get_time_range (page));
}

static void
muri_moment_page_stop (MuriPage *page)
{
  muri_moment_view_unwatch (MURI_MOMENT_PAGE (page)->view);
}

static void
muri_moment_page_class_init (MuriMomentPageClass *klass)
{
  MuriPageClass *page_class = MURI_PAGE_CLASS (klass);

  page_class->start = muri_moment_page_start;
  page_class->stop = muri_moment_page_stop;
}

static void
muri_moment_page_init (MuriMomentPage *self)
{
  GtkWidget *view = g_object_new (MURI_TYPE_MOMENT_VIEW, NULL);

  gtk_widget_add_css_class (view, "moment-page");
  self->view = MURI_MOMENT_VIEW (view);
  adw_bin_set_child (ADW_BIN (self), view);
}
