/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "muri.h"

G_BEGIN_DECLS

/**
 * MuriTargetKey: a VM of a node, or with a zero @vm the node itself.
 */
typedef struct
{
  muri_v1_Uuid node;
  muri_v1_Uuid vm;
} MuriTargetKey;

guint muri_target_key_hash (gconstpointer key);
gboolean muri_target_key_equal (gconstpointer a, gconstpointer b);

G_END_DECLS
