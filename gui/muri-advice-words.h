/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-advice.h"

G_BEGIN_DECLS

/* "Idle", "Too Large", "Could Be Emptied". */
const char *muri_advice_words_kind (MuriAdviceKind kind);
const char *muri_advice_words_icon (MuriAdviceKind kind);

const char *muri_advice_words_name (MuriAdvice *advice);

/* Why, in a sentence; and what it holds: "2 vCPUs, 4 GiB". */
char *muri_advice_words_reason (MuriAdvice *advice);
char *muri_advice_words_holding (MuriAdvice *advice);

/* As of muri_scope_to_id(). */
char *muri_advice_words_id (MuriAdvice *advice);

/* (element-type MuriAdvice): all of it as a table of data. */
char *muri_advice_to_csv (GListModel *advice);

G_END_DECLS
