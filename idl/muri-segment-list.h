/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** Bytes of a list, and segments in it, at most. */
#define MURI_SEGMENT_LIST_LENGTH_MAX (1024 * 1024)
#define MURI_SEGMENT_LIST_MAX 4096

/** Room for the name of a segment, with its final NUL. */
#define MURI_SEGMENT_NAME 64

/**
 * MuriSegmentInfo:
 * @name: the last part of its address
 * @log: what is not packed yet
 * @step: seconds of a slot
 * @start: begin of the first slot, in seconds since the epoch
 * @end: of the last slot that has something
 * @size: bytes
 * @objects: that it has figures of; 0 of a log
 */
typedef struct
{
  char name[MURI_SEGMENT_NAME];
  gboolean log;
  guint32 step;
  gint64 start;
  gint64 end;
  guint64 size;
  guint32 objects;
} MuriSegmentInfo;

/**
 * MuriSegmentList:
 * @node: the UUID of the node, as text
 * @time: of the agent's clock, microseconds since the epoch
 * @segments: (element-type MuriSegmentInfo): all that there are
 *
 * What an agent answers to `GET /v1/history`. Free with muri_segment_list_free().
 */
typedef struct
{
  char *node;
  gint64 time;
  GArray *segments;
} MuriSegmentList;

MuriSegmentList *muri_segment_list_new (const char *node, gint64 time);
void muri_segment_list_free (MuriSegmentList *list);
gboolean muri_segment_name_check (const char *name);
char *muri_segment_list_format (const MuriSegmentList *list);
MuriSegmentList *muri_segment_list_parse (const char *text, gssize length, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MuriSegmentList, muri_segment_list_free)

G_END_DECLS
