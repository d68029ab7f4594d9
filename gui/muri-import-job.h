/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-fleet.h"

G_BEGIN_DECLS

/**
 * MuriImportJob: a file of this desktop on its way to a host, which makes a template of it.
 *
 * Signals: "step" (string: what it is at; double: how far, from 0 to 1, negative where nobody
 * knows; string: how much of how much); "announced" (MuriOperation *): the host was asked; "failed"
 * (string; gboolean: whether it can go on from there); "done": the host has it.
 */
#define MURI_TYPE_IMPORT_JOB (muri_import_job_get_type ())
G_DECLARE_FINAL_TYPE (MuriImportJob, muri_import_job, MURI, IMPORT_JOB, GObject)

/* @request: (transfer full): %MURI_VERB_RECEIVE_TEMPLATE with all but the file's size and sum */
MuriImportJob *muri_import_job_new (MuriFleet *fleet, GFile *file, MuriNode *node, const char *id,
                                    MuriRequest *request);

void muri_import_job_start (MuriImportJob *job);

/* After it failed, where it can go on. */
void muri_import_job_resume (MuriImportJob *job);

/* What is not wholly there is taken back. */
void muri_import_job_cancel (MuriImportJob *job);

G_END_DECLS
