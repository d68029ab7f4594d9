/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "muri-fleet.h"

G_BEGIN_DECLS

/* @nodes: (element-type MuriNode); @clones: (nullable) (element-type MuriVm): go first. */
typedef void (*MuriTemplateAnswer) (MuriTemplate *meant, GPtrArray *nodes, GPtrArray *clones,
                                    gpointer data);

/* Which hosts get a copy. @data is freed in any case, here and below. */
void muri_template_ask_copy (GtkWindow *parent, MuriFleet *fleet, MuriTemplate *meant,
                             MuriTemplateAnswer answer, gpointer data, GDestroyNotify destroy);

/* On which hosts it is deleted; its linked clones are named, and deleted first if that is ticked.
 */
void muri_template_ask_delete (GtkWindow *parent, MuriFleet *fleet, MuriTemplate *meant,
                               MuriTemplateAnswer answer, gpointer data, GDestroyNotify destroy);

G_END_DECLS
