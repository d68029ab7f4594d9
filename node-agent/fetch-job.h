/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "agent-sha256.h"
#include "muri.h"

G_BEGIN_DECLS

/* How the program ends, and what its last line is about. */
typedef enum
{
  FETCH_DONE = 0,
  FETCH_FAILED = 1,
  FETCH_NO_SOURCE = 2, /* nobody could deliver it */
  FETCH_WRONG = 3,     /* not what was promised; it is kept aside */
  FETCH_NO_SPACE = 4,  /* it cannot be written */
  FETCH_REFUSED = 5,   /* too large, or not what may be fetched */
} FetchStatus;

#define FETCH_ERROR (fetch_error_quark ())
GQuark fetch_error_quark (void);

/**
 * FetchJob: what is asked of this program, by a key file on its standard input.
 *
 * A group [fetch] with
 * @id: template: its UUID, from
 * @sources: sources: as muri_source_parse() takes them, separated by spaces, commas or semicolons;
 * or
 * @url: url: from anywhere, by http or https
 * @size: size: bytes, if they are known
 * @size_max: size-max: and so many at most
 * @sha256: sha256: of all; where it is not known, @sources say it
 * @manifest: manifest: of the chunks, as agent_chunk_map_digest() has it
 * @target: target: where it goes; beside it TARGET.map, TARGET.facts, TARGET.xml
 * @rate: rate: bytes a second; 0: as fast as it goes
 * @port: port: that this host serves its templates on
 * @certificate: certificate, key, authority: PEM files; with them, only sources that are named with
 *   their node are asked, by TLS, and they have to be that node
 * or a group [check] with
 * @file: file: that is here and gets a map, written to
 * @map: map
 */
typedef struct
{
  muri_v1_Uuid id;
  char **sources;
  char *url;
  guint64 size;
  guint64 size_max;
  gboolean has_sha256;
  guint8 sha256[AGENT_SHA256_SIZE];
  gboolean has_manifest;
  guint8 manifest[AGENT_SHA256_SIZE];
  char *target;
  guint64 rate;
  guint16 port;
  char *certificate;
  char *key;
  char *authority;
  char *file;
  char *map;
} FetchJob;

FetchJob *fetch_job_parse (const char *text, gsize length, GError **error);
void fetch_job_free (FetchJob *job);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (FetchJob, fetch_job_free)

/* ---- what the program says, a line each, on its standard output ---- */

/* "progress PERCENT FROM": at most a few times a second */
void fetch_say_progress (guint64 done, guint64 size, const char *from);
/* "done SHA256 SIZE" */
void fetch_say_done (const guint8 sha256[AGENT_SHA256_SIZE], guint64 size);
/* "error TEXT" */
void fetch_say_error (const char *text);

G_END_DECLS
