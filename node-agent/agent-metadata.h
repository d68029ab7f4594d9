/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "muri.h"

G_BEGIN_DECLS

/** Of the element that Muri keeps in a domain's <metadata>, and the prefix that libvirt shows. */
#define AGENT_METADATA_URI "https://muri.github.io/xmlns/vm/1"
#define AGENT_METADATA_PREFIX "muri"

#define AGENT_METADATA_ERROR (agent_metadata_error_quark ())

typedef enum
{
  AGENT_METADATA_ERROR_NONSENSE, /* not written by Muri, or by hand and wrong */
  AGENT_METADATA_ERROR_FULL,     /* a VM is in too many groups */
  AGENT_METADATA_ERROR_GROUP,    /* no such membership */
} AgentMetadataError;

GQuark agent_metadata_error_quark (void);

/**
 * AgentMetadata: what Muri keeps in a VM's own definition: its groups, and its padlock.
 *
 * `<muri:vm xmlns:muri="…"><muri:group path="Production/web" order="1" delay="10"/>
 * <muri:guarded/><muri:clone template="UUID" linked="yes"/></muri:vm>`
 *
 * Elements and attributes of later versions are kept. Any one thread at a time.
 */
typedef struct _AgentMetadata AgentMetadata;

AgentMetadata *agent_metadata_new (void);
AgentMetadata *agent_metadata_parse (const char *xml, GError **error);
void agent_metadata_free (AgentMetadata *metadata);
char *agent_metadata_to_xml (AgentMetadata *metadata);
char *agent_metadata_to_plain (AgentMetadata *metadata);

gboolean agent_metadata_is_empty (AgentMetadata *metadata);
guint agent_metadata_get_memberships (AgentMetadata *metadata, muri_v1_Membership **memberships);
gboolean agent_metadata_is_guarded (AgentMetadata *metadata);

gboolean agent_metadata_has_group (AgentMetadata *metadata, const char *group);
gboolean
agent_metadata_join (AgentMetadata *metadata, const muri_v1_Membership *membership, GError **error);
gboolean agent_metadata_leave (AgentMetadata *metadata, const char *group);
gboolean agent_metadata_move (AgentMetadata *metadata, const char *from, const char *to,
                              gboolean only, GError **error);
void agent_metadata_set_guarded (AgentMetadata *metadata, gboolean guarded);

/* The template that it was made of. FALSE: of none. */
gboolean
agent_metadata_get_clone (AgentMetadata *metadata, muri_v1_Uuid *template_id, gboolean *linked);
void agent_metadata_set_clone (AgentMetadata *metadata, const muri_v1_Uuid *template_id,
                               gboolean linked);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgentMetadata, agent_metadata_free)

G_END_DECLS
