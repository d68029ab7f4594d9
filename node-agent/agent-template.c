/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-template.h"

#include <string.h>

#include "agent-vm.h"
#include "muri-topics.h"
#include "muri-uuid.h"
#include "muri-words.h"

/* Every text, so that none is forgotten. */
static char **
text_of (AgentTemplate *self, guint index)
{
  char **const texts[] = {
    &self->name,
    &self->os,
    &self->notes,
    &self->origin,
    &self->format,
    &self->arch,
    &self->machine,
    &self->error,
    &self->pool,
    &self->volume,
    &self->path,
    &self->xml,
    &self->generalised_note,
  };
  return index < G_N_ELEMENTS (texts) ? texts[index] : NULL;
}

AgentTemplate *
agent_template_new (const muri_v1_Uuid *id, guint state)
{
  AgentTemplate *self = g_new0 (AgentTemplate, 1);
  char **text;
  g_atomic_ref_count_init (&self->references);
  self->id = *id;
  self->state = state;
  self->percent = MURI_PERCENT_UNKNOWN;
  for (guint i = 0; (text = text_of (self, i)) != NULL; i++)
    *text = g_strdup ("");
  return self;
}

AgentTemplate *
agent_template_ref (const AgentTemplate *template)
{
  AgentTemplate *self = (AgentTemplate *)template;
  g_atomic_ref_count_inc (&self->references);
  return self;
}

void
agent_template_unref (AgentTemplate *self)
{
  char **text;
  if (!g_atomic_ref_count_dec (&self->references))
    return;
  for (guint i = 0; (text = text_of (self, i)) != NULL; i++)
    g_free (*text);
  g_free (self);
}

AgentTemplate *
agent_template_copy (const AgentTemplate *template)
{
  AgentTemplate *copy = g_memdup2 (template, sizeof *template);
  char **text;
  g_atomic_ref_count_init (&copy->references);
  for (guint i = 0; (text = text_of (copy, i)) != NULL; i++)
    *text = g_strdup (*text);
  return copy;
}

void
agent_template_set (char **text, const char *value)
{
  char *copy = g_strdup (value != NULL ? value : "");
  g_free (*text);
  *text = copy;
}

gboolean
agent_template_has_checksum (const AgentTemplate *template)
{
  static const guint8 none[32];
  return memcmp (template->sha256, none, sizeof none) != 0;
}

void
agent_template_format_checksum (const guint8 sha256[32], char *text)
{
  for (guint i = 0; i < 32; i++)
    g_snprintf (text + 2 * i, 3, "%02x", sha256[i]);
}

gboolean
agent_template_parse_checksum (const char *text, guint8 sha256[32])
{
  if (strlen (text) != 64 || strspn (text, "0123456789abcdefABCDEF") != 64)
    return FALSE;
  for (guint i = 0; i < 32; i++)
    sha256[i] = g_ascii_xdigit_value (text[2 * i]) * 16 + g_ascii_xdigit_value (text[2 * i + 1]);
  return TRUE;
}

muri_v1_Template *
agent_template_to_wire (const AgentTemplate *template, const muri_v1_Uuid *node)
{
  muri_v1_Template *wire = muri_topic_sample_new (MURI_TOPIC_TEMPLATE);
  wire->node = *node;
  wire->template_id = template->id;
  AGENT_TEXT_COPY (wire->name, template->name);
  AGENT_TEXT_COPY (wire->os, template->os);
  AGENT_TEXT_COPY (wire->notes, template->notes);
  AGENT_TEXT_COPY (wire->format, template->format);
  AGENT_TEXT_COPY (wire->arch, template->arch);
  AGENT_TEXT_COPY (wire->machine, template->machine);
  AGENT_TEXT_COPY (wire->origin, template->origin);
  AGENT_TEXT_COPY (wire->error, template->error);
  wire->state = template->state;
  wire->size = template->size;
  wire->allocation = template->allocation;
  memcpy (wire->sha256, template->sha256, sizeof wire->sha256);
  wire->firmware = template->firmware;
  wire->vcpus = template->vcpus;
  wire->memory = template->memory;
  wire->memory_min = template->memory_min;
  wire->generalised = template->generalised;
  AGENT_TEXT_COPY (wire->generalised_note, template->generalised_note);
  wire->host_bound = template->host_bound;
  wire->parent = template->parent;
  wire->created = template->created;
  wire->percent = template->percent;
  wire->clones = template->clones;
  return wire;
}
