/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-fleet.h"

G_BEGIN_DECLS

/**
 * MuriProspect: what would become of a target, as far as a console knows.
 * @MURI_PROSPECT_ACT: it is acted on
 * @MURI_PROSPECT_ALREADY: it is as wanted
 * @MURI_PROSPECT_UNREACHABLE: its host or hypervisor cannot be reached; it is asked nevertheless
 * @MURI_PROSPECT_PROTECTED: it has a padlock that forbids it
 * @MURI_PROSPECT_UNSUPPORTED: its hypervisor or configuration cannot
 * @MURI_PROSPECT_UNFIT: its state does not allow it, as a reset of what is off
 */
typedef enum
{
  MURI_PROSPECT_ACT,
  MURI_PROSPECT_ALREADY,
  MURI_PROSPECT_UNREACHABLE,
  MURI_PROSPECT_PROTECTED,
  MURI_PROSPECT_UNSUPPORTED,
  MURI_PROSPECT_UNFIT,
  MURI_N_PROSPECTS,
} MuriProspect;

#define MURI_TYPE_PROSPECT (muri_prospect_get_type ())
GType muri_prospect_get_type (void);

/**
 * MuriForecast: one target of a MuriPreview; immutable.
 *
 * Properties: vm (MuriVm, nullable), node (MuriNode), prospect (MuriProspect), reason (string,
 * nullable: a sentence), recent (MuriOperation, nullable: of someone else, on this target in the
 * last minutes)
 */
#define MURI_TYPE_FORECAST (muri_forecast_get_type ())
G_DECLARE_FINAL_TYPE (MuriForecast, muri_forecast, MURI, FORECAST, GObject)

MuriVm *muri_forecast_get_vm (MuriForecast *forecast); /* NULL: the node itself */
MuriNode *muri_forecast_get_node (MuriForecast *forecast);
MuriProspect muri_forecast_get_prospect (MuriForecast *forecast);
const char *muri_forecast_get_reason (MuriForecast *forecast);
MuriOperation *muri_forecast_get_recent (MuriForecast *forecast);
const char *muri_forecast_get_recent_issuer (MuriForecast *forecast); /* NULL: nobody else */
gint64 muri_forecast_get_recent_time (MuriForecast *forecast);

/**
 * MuriPreview: what would happen now; a GListModel of MuriForecast in the order of the request.
 *
 * A picture of one moment: ask again for a newer one.
 */
#define MURI_TYPE_PREVIEW (muri_preview_get_type ())
G_DECLARE_FINAL_TYPE (MuriPreview, muri_preview, MURI, PREVIEW, GObject)

MuriPreview *muri_fleet_preview (MuriFleet *fleet, MuriRequest *request);

guint muri_preview_count (MuriPreview *preview, MuriProspect prospect);

/* Hosts that have targets; and how many of a host have @prospect. */
guint muri_preview_get_n_nodes (MuriPreview *preview);
MuriNode *muri_preview_get_node (MuriPreview *preview, guint index);
guint muri_preview_count_of_node (MuriPreview *preview, MuriNode *node, MuriProspect prospect);

/* How often others acted on targets in the last minutes, the newest first; (element-type
 * MuriOperation), transfer none. How many of our targets are in it:
 * muri_preview_count_recent(). */
GPtrArray *muri_preview_get_recent (MuriPreview *preview);
guint muri_preview_count_recent (MuriPreview *preview, MuriOperation *operation);

/* In how many batches it goes out, with the pacing of the request. */
guint muri_preview_get_n_batches (MuriPreview *preview);

G_END_DECLS
