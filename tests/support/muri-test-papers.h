/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * MuriTestPapers: an authority of a test's own, and certificates that it has signed.
 *
 * Files are FOLDER/NAME.pem and FOLDER/NAME.key.
 */
typedef struct
{
  char *folder;
  char *authority; /* the file of its certificate */
} MuriTestPapers;

/* By data/security/muri-certificate, as the manual says. */
MuriTestPapers *muri_test_papers_new (const char *name);
/* @kind: node, operator or viewer. Returns: (transfer full): "operator.alice" */
char *muri_test_papers_add (MuriTestPapers *papers, const char *kind, const char *name);

/* What that program would not make: @subject as "CN=alice", valid between these, seconds from now.
 */
void muri_test_papers_forge (MuriTestPapers *papers, const char *name, const char *subject,
                             gint64 from, gint64 until);

/* Writes the configuration @path of an agent that has run once, and so has a UUID. */
void muri_test_papers_configure (MuriTestPapers *papers, const char *state_dir, const char *path);

/* Returns: (transfer full): the path of @name's certificate or key */
char *muri_test_papers_certificate (MuriTestPapers *papers, const char *name);
char *muri_test_papers_key (MuriTestPapers *papers, const char *name);

void muri_test_papers_free (MuriTestPapers *papers);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MuriTestPapers, muri_test_papers_free)

G_END_DECLS
