/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-vm.h"

G_BEGIN_DECLS

typedef enum
{
  MURI_QUERY_TEXT,   /* : and ~ */
  MURI_QUERY_WORD,   /* : with one of a list of words */
  MURI_QUERY_NUMBER, /* comparisons */
} MuriQueryKind;

/* How a number is written: what its suffixes and the bare figure mean. */
typedef enum
{
  MURI_QUERY_PLAIN,
  MURI_QUERY_PERCENT, /* 80 and 80% are 0.8 */
  MURI_QUERY_BYTES,   /* K, M, G, T are powers of 1024 */
  MURI_QUERY_RATE,    /* k, M, G are powers of 1000 */
  MURI_QUERY_MILLI,   /* 20 and 20ms are 0.02 */
} MuriQueryUnit;

/* Whether this is one of the texts that are looked for. */
typedef gboolean (*MuriQueryTest) (const char *text, gpointer data);

/**
 * MuriQueryKey: a row of the table of what can be searched for.
 * @text: for MURI_QUERY_TEXT
 * @any: the same, of a VM that has several texts: whether @test holds for one of them
 * @number: for MURI_QUERY_NUMBER; NaN for unknown
 * @word: for MURI_QUERY_WORD: whether @vm is what @value (an index of @words) says
 * @words: (array zero-terminated=1): for MURI_QUERY_WORD
 */
typedef struct
{
  const char *name;
  MuriQueryKind kind;
  MuriQueryUnit unit;
  gboolean figure; /* changes every second */
  const char *(*text) (MuriVm *vm);
  gboolean (*any) (MuriVm *vm, MuriQueryTest test, gpointer data);
  double (*number) (MuriVm *vm);
  gboolean (*word) (MuriVm *vm, guint value);
  const char *const *words;
} MuriQueryKey;

const MuriQueryKey *muri_query_keys (guint *n_keys);
const MuriQueryKey *muri_query_find_key (const char *name, gsize length);

G_END_DECLS
