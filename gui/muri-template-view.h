/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "muri-fleet.h"

G_BEGIN_DECLS

/* MuriTemplateView: the details of a template: facts, holders, notes and lineage. */
#define MURI_TYPE_TEMPLATE_VIEW (muri_template_view_get_type ())
G_DECLARE_FINAL_TYPE (MuriTemplateView, muri_template_view, MURI, TEMPLATE_VIEW, AdwBin)

/* @shown: (nullable): followed until it is another one */
void muri_template_view_set (MuriTemplateView *self, MuriFleet *fleet, MuriTemplate *shown);

G_END_DECLS
