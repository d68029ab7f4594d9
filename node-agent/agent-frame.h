/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "muri.h"

G_BEGIN_DECLS

/**
 * AgentFrame: the figures of one second. Belongs to the emission; copy what is kept.
 */
typedef struct
{
  guint32 sequence_number;
  gint64 time;
  float period;
  muri_v1_NodeFigures host;
  guint n_vms;
  const muri_v1_VmFigures *vms;
} AgentFrame;

G_END_DECLS
