/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "muri-fleet.h"
#include "muri-scope.h"
#include "muri-time-range.h"

G_BEGIN_DECLS

/**
 * MuriPage: what a view of a scope is made of; abstract.
 *
 * Properties: fleet (MuriFleet), scope (MuriScope), both nullable; time-range (MuriTimeRange), that
 * of the window, so that who looks at something else looks at the same time.
 *
 * A page works only while it is on the screen: @start is called when it is mapped and has a scope
 * (or a fleet, where @fleet_only), @stop before that ends. Between the two the scope does not
 * change.
 */
#define MURI_TYPE_PAGE (muri_page_get_type ())
G_DECLARE_DERIVABLE_TYPE (MuriPage, muri_page, MURI, PAGE, AdwBin)

struct _MuriPageClass
{
  AdwBinClass parent_class;

  gboolean fleet_only; /* it shows no scope */

  void (*start) (MuriPage *self);
  void (*stop) (MuriPage *self);
};

MuriFleet *muri_page_get_fleet (MuriPage *self);
MuriScope *muri_page_get_scope (MuriPage *self);

/* Never NULL: one of its own, where nobody gave it another. */
MuriTimeRange *muri_page_get_time_range (MuriPage *self);

G_END_DECLS
