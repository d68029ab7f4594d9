/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "muri.h"

G_BEGIN_DECLS

/**
 * AgentTemplate: a template as this node has it.
 * @name, @os, @notes, @origin: what people read
 * @state: MURI_TEMPLATE_STATE_*
 * @size: bytes, virtual; 0 unknown
 * @allocation: bytes that the image takes
 * @sha256: of the image file; zeros while it is not known
 * @format: of the image
 * @arch, @machine, @firmware, @vcpus, @memory: as @xml says; what a clone has unless asked
 * otherwise
 * @memory, @memory_min: KiB
 * @generalised: MURI_GENERALISED_*; @generalised_note: what else there is to say of that, or why
 *   it is not known
 * @host_bound: it boots a kernel that is a file of this host
 * @parent: the template that its VM was cloned from, or that it is a generalised copy of; zero:
 *   none
 * @percent: of what @state says is going on
 * @error: what is wrong with it; "" for what is well
 * @volume: of the image, in the pool @pool
 * @path: of that volume; "" while there is none
 * @xml: the machine: a domain without name, uuid, addresses of network cards and places of disks.
 *   Its first disk is the image; see agent-template-xml.h
 *
 * Nothing of it changes after it was made: any thread. What changes is a new one.
 */
typedef struct
{
  gatomicrefcount references;
  muri_v1_Uuid id;
  char *name, *os, *notes, *origin;
  guint state;
  guint64 size, allocation;
  guint8 sha256[32];
  char *format, *arch, *machine;
  guint firmware;
  guint vcpus;
  guint64 memory, memory_min;
  guint generalised;
  char *generalised_note;
  guint host_bound;
  muri_v1_Uuid parent;
  gint64 created;
  guint percent;
  char *error;
  guint clones; /* linked ones of this node */
  char *pool, *volume, *path;
  char *xml;
} AgentTemplate;

/* No text is NULL, but empty. */
AgentTemplate *agent_template_new (const muri_v1_Uuid *id, guint state);
AgentTemplate *agent_template_ref (const AgentTemplate *template);
void agent_template_unref (AgentTemplate *template);

/* One that may still be changed, by whoever has it alone. */
AgentTemplate *agent_template_copy (const AgentTemplate *template);
void agent_template_set (char **text, const char *value);

gboolean agent_template_has_checksum (const AgentTemplate *template);

/* "3b1f…": 64 digits. @text has room for 65. */
void agent_template_format_checksum (const guint8 sha256[32], char *text);
gboolean agent_template_parse_checksum (const char *text, guint8 sha256[32]);

/* As it is published; to be freed as a sample of that topic. */
muri_v1_Template *agent_template_to_wire (const AgentTemplate *template, const muri_v1_Uuid *node);

/* What is kept of it: DIRECTORY/<uuid>.ini and .xml. These block. */
gboolean agent_template_save (const AgentTemplate *template, const char *directory, GError **error);
AgentTemplate *agent_template_load (const char *directory, const muri_v1_Uuid *id, GError **error);
/* What another host keeps of it: its key file alone. */
AgentTemplate *agent_template_parse (const muri_v1_Uuid *id, const char *text, GError **error);
void agent_template_erase (const char *directory, const muri_v1_Uuid *id);

/* (element-type muri_v1_Uuid): those that are kept in @directory. Blocks. */
GArray *agent_template_list (const char *directory);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgentTemplate, agent_template_unref)

G_END_DECLS
