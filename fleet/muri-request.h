/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-pacing.h"
#include "muri-vm.h"

G_BEGIN_DECLS

/**
 * MuriRequest: what a person asks for, before it becomes an operation.
 *
 * Reference counted; filled by one owner, then handed to muri_fleet_request_async() and not
 * changed any more.
 */
typedef struct _MuriRequest MuriRequest;

MuriRequest *muri_request_new (guint verb);
MuriRequest *muri_request_ref (MuriRequest *request);
void muri_request_unref (MuriRequest *request);

/* Each target counts once. */
void muri_request_add_vm (MuriRequest *request, MuriVm *vm);
void muri_request_add_vms (MuriRequest *request, GPtrArray *vms);
void muri_request_add_node (MuriRequest *request, MuriNode *node);

/* A VM that does not exist yet: its UUID is made here. Returns what its MuriVm:id will be, owned by
 * @request. */
const char *muri_request_add_creation (MuriRequest *request, MuriNode *node, const char *name);

/* What one target is given beside the parameters; of a creation its name. */
void muri_request_set_argument (MuriRequest *request, MuriVm *vm, const char *argument);

/* (nullable): UTF-8, at most 65536 bytes: what is too long for a parameter. */
void muri_request_set_document (MuriRequest *request, const char *document);
const char *muri_request_get_document (MuriRequest *request);

/* What the verb takes, by the names in muri-words.h. */
void muri_request_set_parameter (MuriRequest *request, const char *name, const char *value);

/* In words, for the log. */
void muri_request_set_group (MuriRequest *request, const char *group);

/* Seconds until the deadline; 0 for the verb's default. */
void muri_request_set_timeout (MuriRequest *request, guint timeout);

/* How fast it goes. @order_group: (nullable): a path, for @pacing's ordered */
void
muri_request_set_pacing (MuriRequest *request, const MuriPacing *pacing, const char *order_group);
const MuriPacing *muri_request_get_pacing (MuriRequest *request);
const char *muri_request_get_order_group (MuriRequest *request);

/* (nullable): the id of the operation that this one repeats or follows. */
void muri_request_set_parent (MuriRequest *request, const char *id);
const char *muri_request_get_parent (MuriRequest *request);

guint muri_request_get_verb (MuriRequest *request);
GPtrArray *muri_request_get_vms (MuriRequest *request);
GPtrArray *muri_request_get_nodes (MuriRequest *request);
const char *muri_request_get_group (MuriRequest *request);
guint muri_request_get_timeout (MuriRequest *request);

/* (transfer full) (nullable): a{ss}, in the order of the names */
GVariant *muri_request_get_parameters (MuriRequest *request);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MuriRequest, muri_request_unref)

G_END_DECLS
