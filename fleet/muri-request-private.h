/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-request.h"

G_BEGIN_DECLS

/* Targets that cannot be reached are asked when their host is heard of again. */
void muri_request_set_remembers (MuriRequest *request, gboolean remembers);
gboolean muri_request_remembers (MuriRequest *request);

/* A VM that does not exist yet. */
typedef struct
{
  MuriNode *node;
  muri_v1_Uuid vm;
  char *name;
  char *id;
} MuriCreation;

GPtrArray *muri_request_get_creations (MuriRequest *request);
const char *muri_request_get_argument (MuriRequest *request, MuriVm *vm);

G_END_DECLS
