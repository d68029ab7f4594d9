/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-advice.h"

G_BEGIN_DECLS

struct _MuriAdvice
{
  GObject parent_instance;

  MuriAdviceKind kind;
  MuriVm *vm;
  MuriNode *node;
  MuriUsage usage;
  guint wanted_cpus;
  double wanted_memory;
  double free_cpus;
  double free_memory;
  GPtrArray *places; /* of MuriNode */
  GArray *n_there;   /* of guint, as many */
};

MuriAdvice *muri_advice_new (MuriAdviceKind kind, const MuriAdviceInput *input);

/* So many processors and bytes a host may be filled with. */
double muri_advice_room_for_cpus (MuriNode *node);
double muri_advice_room_for_memory (MuriNode *node);

/* Whether all of @vms, which are on @node, would find room on the other @hosts (of MuriAdvice, of
 * MURI_ADVICE_ROOM): then where, as an advice. (nullable) */
MuriAdvice *muri_advice_empty (MuriAdvice *host, GPtrArray *hosts, GArray *inputs);

G_END_DECLS
