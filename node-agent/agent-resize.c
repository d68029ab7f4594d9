/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-resize.h"

#include <string.h>

#include "agent-error.h"
#include "agent-xml.h"

/* ---- numbers ----------------------------------------------------------------------------- */

guint64
agent_resize_apply (guint64 base, const AgentAmount *amount)
{
  gint64 value = (gint64)base;

  if (!amount->relative)
    return (guint64)amount->value;
  if (amount->percent)
    value = (value * (100 + amount->value) + 50) / 100;
  else
    value += amount->value;
  return (guint64)MAX (value, 1);
}

char *
agent_resize_format_memory (guint64 kib)
{
  if (kib >= 1024 * 1024 && kib % (1024 * 1024) == 0)
    return g_strdup_printf ("%" G_GUINT64_FORMAT " GiB", kib / (1024 * 1024));
  if (kib >= 1024 * 1024 && kib % (1024 * 1024 / 4) == 0)
    return g_strdup_printf ("%g GiB", (double)kib / (1024 * 1024));
  if (kib % 1024 == 0)
    return g_strdup_printf ("%" G_GUINT64_FORMAT " MiB", kib / 1024);
  return g_strdup_printf ("%" G_GUINT64_FORMAT " KiB", kib);
}

/* ---- reading ----------------------------------------------------------------------------- */

static guint64
read_number (xmlNode *node)
{
  g_autofree char *text = agent_xml_dup_text (node);

  return text != NULL ? g_ascii_strtoull (text, NULL, 10) : 0;
}

/* libvirt gives KiB, whatever was written. */
static gboolean
read_text (char *text, guint64 *vcpus, guint64 *vcpus_max, guint64 *memory, guint64 *memory_max)
{
  g_autoptr (AgentXml) xml = text != NULL ? agent_xml_parse (text, "domain") : NULL;
  xmlNode *root = xml != NULL ? agent_xml_root (xml) : NULL;
  xmlNode *vcpu = agent_xml_find (root, "vcpu", NULL);
  g_autofree char *current = agent_xml_dup_attribute (vcpu, "current");

  free (text);
  if (root == NULL)
    return FALSE;
  *vcpus_max = read_number (vcpu);
  *vcpus = current != NULL ? g_ascii_strtoull (current, NULL, 10) : *vcpus_max;
  *memory_max = read_number (agent_xml_find (root, "memory", NULL));
  *memory = read_number (agent_xml_find (root, "currentMemory", NULL));
  if (*memory == 0)
    *memory = *memory_max;
  return TRUE;
}

gboolean
agent_resize_read (AgentResize *self, virDomainPtr domain, GError **error)
{
  int persistent = virDomainIsPersistent (domain), active = virDomainIsActive (domain);

  self->when = (active > 0 ? AGENT_WHEN_NOW : 0) | (persistent > 0 ? AGENT_WHEN_NEXT : 0);
  if (persistent >= 0 && active >= 0
      && (!(self->when & AGENT_WHEN_NOW)
          || read_text (virDomainGetXMLDesc (domain, 0), &self->vcpus.now, &self->vcpus.max_now,
                        &self->memory.now, &self->memory.max_now))
      && (!(self->when & AGENT_WHEN_NEXT)
          || read_text (virDomainGetXMLDesc (domain, VIR_DOMAIN_XML_INACTIVE), &self->vcpus.next,
                        &self->vcpus.max_next, &self->memory.next, &self->memory.max_next)))
    return TRUE;
  agent_error_set_from_libvirt (error);
  return FALSE;
}

/* ---- writing ----------------------------------------------------------------------------- */

/* How one of both is written, and said. */
typedef struct
{
  int (*set) (virDomainPtr domain, guint64 value, guint flags);
  char *(*format) (guint64 value);
  guint live, config, maximum; /* flags */
} Kind;

static int
set_vcpus (virDomainPtr domain, guint64 value, guint flags)
{
  return virDomainSetVcpusFlags (domain, (guint)value, flags);
}

static int
set_memory (virDomainPtr domain, guint64 value, guint flags)
{
  return virDomainSetMemoryFlags (domain, value, flags);
}

static char *
format_vcpus (guint64 value)
{
  return g_strdup_printf ("%" G_GUINT64_FORMAT " %s", value, value == 1 ? "vCPU" : "vCPUs");
}

static const Kind vcpus_kind = { set_vcpus, format_vcpus, VIR_DOMAIN_VCPU_LIVE,
                                 VIR_DOMAIN_VCPU_CONFIG, VIR_DOMAIN_VCPU_MAXIMUM };
static const Kind memory_kind = { set_memory, agent_resize_format_memory, VIR_DOMAIN_MEM_LIVE,
                                  VIR_DOMAIN_MEM_CONFIG, VIR_DOMAIN_MEM_MAXIMUM };

/* Why not; NULL it is so now. */
static char *
change_now (const Kind *kind, virDomainPtr domain, const AgentResizeState *state, guint64 wanted,
            gboolean *changed)
{
  g_autofree char *maximum = NULL;
  g_autoptr (GError) error = NULL;

  if (state->now == wanted)
    return NULL;
  if (wanted > state->max_now)
    {
      maximum = kind->format (state->max_now);
      return g_strdup_printf ("the guest's maximum is %s", maximum);
    }
  if (kind->set (domain, wanted, kind->live) == 0)
    {
      *changed = TRUE;
      return NULL;
    }
  error = agent_error_new_from_libvirt ();
  return g_strdup (error->message);
}

/* The maximum follows upwards only, so that what was taken away can come back while it runs. */
static char *
change_next (const Kind *kind, virDomainPtr domain, const AgentResizeState *state, guint64 wanted,
             gboolean *changed)
{
  g_autoptr (GError) error = NULL;

  if (state->next == wanted)
    return NULL;
  if ((wanted <= state->max_next || kind->set (domain, wanted, kind->config | kind->maximum) == 0)
      && kind->set (domain, wanted, kind->config) == 0)
    {
      *changed = TRUE;
      return NULL;
    }
  error = agent_error_new_from_libvirt ();
  return g_strdup (error->message);
}

static void
say (GString *said, const char *value, guint reached, guint asked, const char *not_now,
     const char *not_next)
{
  if (said->len > 0)
    g_string_append (said, "; ");
  if (reached == 0)
    g_string_append_printf (said, "not %s: %s", value, not_now != NULL ? not_now : not_next);
  else if (reached == (AGENT_WHEN_NOW | AGENT_WHEN_NEXT))
    g_string_append_printf (said, "%s now and with the next boot", value);
  else
    g_string_append_printf (said, "%s %s", value,
                            reached == AGENT_WHEN_NOW ? "now" : "with the next boot");
  if (reached == AGENT_WHEN_NEXT && not_now != NULL)
    g_string_append_printf (said, ": %s", not_now);
  else if (reached == AGENT_WHEN_NOW && not_next != NULL)
    g_string_append_printf (said, ", not with the next boot: %s", not_next);
}

static gboolean
set (const Kind *kind, virDomainPtr domain, const AgentResizeState *state, guint64 wanted,
     guint when, GString *said, gboolean *changed)
{
  g_autofree char *not_now = NULL;
  g_autofree char *not_next = NULL;
  g_autofree char *value = kind->format (wanted);
  guint reached = 0;

  if (when & AGENT_WHEN_NOW)
    {
      not_now = change_now (kind, domain, state, wanted, changed);
      reached |= not_now == NULL ? AGENT_WHEN_NOW : 0;
    }
  if (when & AGENT_WHEN_NEXT)
    {
      not_next = change_next (kind, domain, state, wanted, changed);
      reached |= not_next == NULL ? AGENT_WHEN_NEXT : 0;
    }
  say (said, value, reached, when, not_now, not_next);
  return reached != 0;
}

gboolean
agent_resize_set_vcpus (AgentResize *self, virDomainPtr domain, guint when, GString *said,
                        gboolean *changed)
{
  return set (&vcpus_kind, domain, &self->vcpus, self->wanted_vcpus, when, said, changed);
}

gboolean
agent_resize_set_memory (AgentResize *self, virDomainPtr domain, guint when, GString *said,
                         gboolean *changed)
{
  return set (&memory_kind, domain, &self->memory, self->wanted_memory, when, said, changed);
}
