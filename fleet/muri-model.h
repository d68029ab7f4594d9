/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * MuriModel: a list of objects that knows where each of them is.
 *
 * What is appended becomes visible with muri_model_flush(), so that a batch of thousands is one
 * change to whoever watches. Main context only.
 */
#define MURI_TYPE_MODEL (muri_model_get_type ())
G_DECLARE_FINAL_TYPE (MuriModel, muri_model, MURI, MODEL, GObject)

MuriModel *muri_model_new (GType item_type);
void muri_model_append (MuriModel *model, gpointer item);
void muri_model_flush (MuriModel *model);
void muri_model_list (MuriModel *model, GPtrArray *items);
void muri_model_remove (MuriModel *model, GPtrArray *items);

G_END_DECLS
