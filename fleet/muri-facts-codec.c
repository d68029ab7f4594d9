/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-facts-codec.h"

#include "muri-vm-facts.h"

#include <string.h>

typedef enum
{
  KIND_TEXT,
  KIND_BOOLEAN,
  KIND_UNSIGNED,
  KIND_SIGNED,
} Kind;

typedef struct
{
  const char *name;
  Kind kind;
  gsize offset;
  gsize size;
} Member;

#define MEMBER(type, member, kind)                                                                 \
  {                                                                                                \
#member, kind, G_STRUCT_OFFSET(type, member), sizeof(((type *)NULL)->member)                   \
  }
#define TEXT(type, member) MEMBER (type, member, KIND_TEXT)
#define BOOLEAN(type, member) MEMBER (type, member, KIND_BOOLEAN)
#define UNSIGNED(type, member) MEMBER (type, member, KIND_UNSIGNED)
#define SIGNED(type, member) MEMBER (type, member, KIND_SIGNED)

static const Member node_members[] = {
  UNSIGNED (muri_v1_Node, minor),
  TEXT (muri_v1_Node, name),
  TEXT (muri_v1_Node, agent_version),
  UNSIGNED (muri_v1_Node, presence),
  SIGNED (muri_v1_Node, started),
  BOOLEAN (muri_v1_Node, simulated),
  BOOLEAN (muri_v1_Node, insecure),
  UNSIGNED (muri_v1_Node, connection),
  SIGNED (muri_v1_Node, connection_since),
  TEXT (muri_v1_Node, connection_error),
  TEXT (muri_v1_Node, uri),
  TEXT (muri_v1_Node, hypervisor),
  UNSIGNED (muri_v1_Node, hypervisor_version),
  UNSIGNED (muri_v1_Node, libvirt_version),
  UNSIGNED (muri_v1_Node, unsupported),
  TEXT (muri_v1_Node, os),
  TEXT (muri_v1_Node, kernel),
  TEXT (muri_v1_Node, cpu_model),
  UNSIGNED (muri_v1_Node, cpus),
  UNSIGNED (muri_v1_Node, sockets),
  UNSIGNED (muri_v1_Node, cores),
  UNSIGNED (muri_v1_Node, threads),
  UNSIGNED (muri_v1_Node, memory),
  SIGNED (muri_v1_Node, booted),
  TEXT (muri_v1_Node, address),
  UNSIGNED (muri_v1_Node, http_port),
  UNSIGNED (muri_v1_Node, vms),
  UNSIGNED (muri_v1_Node, receive_buffer),
  BOOLEAN (muri_v1_Node, maintenance),
  TEXT (muri_v1_Node, store),
  UNSIGNED (muri_v1_Node, store_size),
  UNSIGNED (muri_v1_Node, store_available),
  TEXT (muri_v1_Node, store_error),
  BOOLEAN (muri_v1_Node, http_tls),
};

static const Member vm_members[] = {
  TEXT (muri_v1_Vm, name),
  TEXT (muri_v1_Vm, title),
  UNSIGNED (muri_v1_Vm, state),
  SIGNED (muri_v1_Vm, reason),
  SIGNED (muri_v1_Vm, since),
  SIGNED (muri_v1_Vm, booted),
  UNSIGNED (muri_v1_Vm, vcpus),
  UNSIGNED (muri_v1_Vm, vcpus_max),
  UNSIGNED (muri_v1_Vm, memory),
  UNSIGNED (muri_v1_Vm, memory_max),
  BOOLEAN (muri_v1_Vm, persistent),
  BOOLEAN (muri_v1_Vm, autostart),
  BOOLEAN (muri_v1_Vm, managed_save),
  BOOLEAN (muri_v1_Vm, guest_agent),
  SIGNED (muri_v1_Vm, unanswered),
  TEXT (muri_v1_Vm, os),
  TEXT (muri_v1_Vm, arch),
  TEXT (muri_v1_Vm, machine),
  BOOLEAN (muri_v1_Vm, guarded),
  TEXT (muri_v1_Vm, metadata_error),
  BOOLEAN (muri_v1_Vm, linked),
  UNSIGNED (muri_v1_Vm, vcpus_next),
  UNSIGNED (muri_v1_Vm, memory_next),
  UNSIGNED (muri_v1_Vm, memory_max_next),
  UNSIGNED (muri_v1_Vm, vcpus_max_next),
  BOOLEAN (muri_v1_Vm, uefi),
};

static const Member template_members[] = {
  TEXT (muri_v1_Template, name),           TEXT (muri_v1_Template, os),
  UNSIGNED (muri_v1_Template, state),      UNSIGNED (muri_v1_Template, size),
  UNSIGNED (muri_v1_Template, allocation), TEXT (muri_v1_Template, notes),
  TEXT (muri_v1_Template, format),         TEXT (muri_v1_Template, arch),
  TEXT (muri_v1_Template, machine),        UNSIGNED (muri_v1_Template, firmware),
  UNSIGNED (muri_v1_Template, vcpus),      UNSIGNED (muri_v1_Template, memory),
  UNSIGNED (muri_v1_Template, memory_min), UNSIGNED (muri_v1_Template, generalised),
  TEXT (muri_v1_Template, origin),         SIGNED (muri_v1_Template, created),
  UNSIGNED (muri_v1_Template, percent),    TEXT (muri_v1_Template, error),
  UNSIGNED (muri_v1_Template, clones),     TEXT (muri_v1_Template, generalised_note),
  BOOLEAN (muri_v1_Template, host_bound),
};

static const Member membership_members[] = {
  TEXT (muri_v1_Membership, group),
  SIGNED (muri_v1_Membership, start_order),
  UNSIGNED (muri_v1_Membership, start_delay),
};

static const Member disk_members[] = {
  TEXT (muri_v1_Disk, target),       TEXT (muri_v1_Disk, device),
  TEXT (muri_v1_Disk, bus),          TEXT (muri_v1_Disk, source),
  UNSIGNED (muri_v1_Disk, capacity), UNSIGNED (muri_v1_Disk, allocation),
  BOOLEAN (muri_v1_Disk, shared),
};

static const Member nic_members[] = {
  TEXT (muri_v1_Nic, mac),
  TEXT (muri_v1_Nic, model),
  TEXT (muri_v1_Nic, network),
  TEXT (muri_v1_Nic, target),
};

/* ---- numbers of any size ---- */

static guint64
load_unsigned (gconstpointer at, gsize size)
{
  switch (size)
    {
    case 1:
      return *(const guint8 *)at;
    case 2:
      return *(const guint16 *)at;
    case 4:
      return *(const guint32 *)at;
    default:
      return *(const guint64 *)at;
    }
}

/* What does not fit was written by somebody else: unknown. */
static void
store_unsigned (gpointer at, gsize size, guint64 value)
{
  if (size < 8 && value >> (8 * size) != 0)
    value = 0;
  switch (size)
    {
    case 1:
      *(guint8 *)at = (guint8)value;
      break;
    case 2:
      *(guint16 *)at = (guint16)value;
      break;
    case 4:
      *(guint32 *)at = (guint32)value;
      break;
    default:
      *(guint64 *)at = value;
    }
}

static gint64
load_signed (gconstpointer at, gsize size)
{
  return size == 4 ? *(const gint32 *)at : *(const gint64 *)at;
}

static void
store_signed (gpointer at, gsize size, gint64 value)
{
  if (size == 4)
    *(gint32 *)at = value >= G_MININT32 && value <= G_MAXINT32 ? (gint32)value : 0;
  else
    *(gint64 *)at = value;
}

/* ---- structs and dictionaries ---- */

/* What is 0 or empty is left out. */
static GVariant *
encode_member (const Member *member, gconstpointer at)
{
  gint64 number;
  guint64 natural;

  switch (member->kind)
    {
    case KIND_TEXT:
      return *(const char *)at != '\0' ? g_variant_new_string (at) : NULL;
    case KIND_BOOLEAN:
      return *(const bool *)at ? g_variant_new_boolean (TRUE) : NULL;
    case KIND_UNSIGNED:
      natural = load_unsigned (at, member->size);
      return natural != 0 ? g_variant_new_uint64 (natural) : NULL;
    default:
      number = load_signed (at, member->size);
      return number != 0 ? g_variant_new_int64 (number) : NULL;
    }
}

static void
encode_members (GVariantBuilder *builder, const Member *members, gsize n, gconstpointer from)
{
  for (gsize i = 0; i < n; i++)
    {
      GVariant *value = encode_member (&members[i], (const guint8 *)from + members[i].offset);

      if (value != NULL)
        g_variant_builder_add (builder, "{sv}", members[i].name, value);
    }
}

static void
decode_member (const Member *member, GVariant *value, gpointer at)
{
  switch (member->kind)
    {
    case KIND_TEXT:
      if (g_variant_is_of_type (value, G_VARIANT_TYPE_STRING))
        g_strlcpy (at, g_variant_get_string (value, NULL), member->size);
      break;
    case KIND_BOOLEAN:
      if (g_variant_is_of_type (value, G_VARIANT_TYPE_BOOLEAN))
        *(bool *)at = g_variant_get_boolean (value);
      break;
    case KIND_UNSIGNED:
      if (g_variant_is_of_type (value, G_VARIANT_TYPE_UINT64))
        store_unsigned (at, member->size, g_variant_get_uint64 (value));
      break;
    case KIND_SIGNED:
      if (g_variant_is_of_type (value, G_VARIANT_TYPE_INT64))
        store_signed (at, member->size, g_variant_get_int64 (value));
      break;
    }
}

static void
decode_members (GVariant *dictionary, const Member *members, gsize n, gpointer to)
{
  for (gsize i = 0; i < n; i++)
    {
      g_autoptr (GVariant) value = g_variant_lookup_value (dictionary, members[i].name, NULL);

      if (value != NULL)
        decode_member (&members[i], value, (guint8 *)to + members[i].offset);
    }
}

/* ---- UUIDs and digests ---- */

/* Zeros are left out. */
static void
encode_bytes (GVariantBuilder *builder, const char *name, gconstpointer bytes, gsize size)
{
  for (gsize i = 0; i < size; i++)
    if (((const guint8 *)bytes)[i] != 0)
      {
        g_variant_builder_add (
            builder, "{sv}", name,
            g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, bytes, size, sizeof (guint8)));
        return;
      }
}

static void
decode_bytes (GVariant *dictionary, const char *name, gpointer bytes, gsize size)
{
  g_autoptr (GVariant) value = g_variant_lookup_value (dictionary, name, G_VARIANT_TYPE_BYTESTRING);
  gsize length = 0;
  gconstpointer data =
      value != NULL ? g_variant_get_fixed_array (value, &length, sizeof (guint8)) : NULL;

  if (length == size)
    memcpy (bytes, data, size);
}

/* ---- sequences of structs ---- */

static void
encode_structs (GVariantBuilder *builder, const char *name, const Member *members, gsize n,
                gconstpointer buffer, gsize size, guint32 length)
{
  GVariantBuilder array;

  if (length == 0)
    return;
  g_variant_builder_init (&array, G_VARIANT_TYPE ("aa{sv}"));
  for (guint32 i = 0; i < length; i++)
    {
      g_variant_builder_open (&array, G_VARIANT_TYPE_VARDICT);
      encode_members (&array, members, n, (const guint8 *)buffer + i * size);
      g_variant_builder_close (&array);
    }
  g_variant_builder_add (builder, "{sv}", name, g_variant_builder_end (&array));
}

/* Returns: allocated as Cyclone DDS would, with @length set; NULL when there are none */
static gpointer
decode_structs (GVariant *dictionary, const char *name, const Member *members, gsize n, gsize size,
                guint32 max, guint32 *length)
{
  g_autoptr (GVariant) array = g_variant_lookup_value (dictionary, name, G_VARIANT_TYPE ("aa{sv}"));
  gpointer buffer;

  *length = array != NULL ? (guint32)MIN (g_variant_n_children (array), max) : 0;
  if (*length == 0)
    return NULL;

  buffer = memset (dds_alloc (*length * size), 0, *length * size);
  for (guint32 i = 0; i < *length; i++)
    {
      g_autoptr (GVariant) child = g_variant_get_child_value (array, i);

      decode_members (child, members, n, (guint8 *)buffer + i * size);
    }
  return buffer;
}

#define ENCODE(builder, sample, sequence, members)                                                 \
  encode_structs ((builder), #sequence, (members), G_N_ELEMENTS (members),                         \
                  (sample)->sequence._buffer, sizeof *(sample)->sequence._buffer,                  \
                  (sample)->sequence._length)

#define DECODE(dictionary, sample, sequence, members, max)                                         \
  G_STMT_START                                                                                     \
  {                                                                                                \
    (sample)->sequence._buffer =                                                                   \
        decode_structs ((dictionary), #sequence, (members), G_N_ELEMENTS (members),                \
                        sizeof *(sample)->sequence._buffer, (max), &(sample)->sequence._length);   \
    (sample)->sequence._maximum = (sample)->sequence._length;                                      \
    (sample)->sequence._release = TRUE;                                                            \
  }                                                                                                \
  G_STMT_END

/* ---- sequences of texts ---- */

static void
encode_texts (GVariantBuilder *builder, const char *name, gconstpointer buffer, gsize size,
              guint32 length)
{
  GVariantBuilder texts;

  g_variant_builder_init (&texts, G_VARIANT_TYPE_STRING_ARRAY);
  for (guint32 i = 0; i < length; i++)
    g_variant_builder_add (&texts, "s", (const char *)buffer + i * size);
  g_variant_builder_add (builder, "{sv}", name, g_variant_builder_end (&texts));
}

static gpointer
decode_texts (GVariant *dictionary, const char *name, gsize size, guint32 max, guint32 *length)
{
  g_autofree const char **texts = NULL;
  char *buffer;

  *length = 0;
  if (!g_variant_lookup (dictionary, name, "^a&s", &texts))
    return NULL;
  *length = MIN (g_strv_length ((char **)texts), max);
  if (*length == 0)
    return NULL;

  buffer = dds_alloc (*length * size);
  for (guint32 i = 0; i < *length; i++)
    g_strlcpy (buffer + i * size, texts[i], size);
  return buffer;
}

#define ENCODE_TEXTS(builder, sample, sequence)                                                    \
  encode_texts ((builder), #sequence, (sample)->sequence._buffer,                                  \
                sizeof *(sample)->sequence._buffer, (sample)->sequence._length)

#define DECODE_TEXTS(dictionary, sample, sequence, max)                                            \
  G_STMT_START                                                                                     \
  {                                                                                                \
    (sample)->sequence._buffer =                                                                   \
        decode_texts ((dictionary), #sequence, sizeof *(sample)->sequence._buffer, (max),          \
                      &(sample)->sequence._length);                                                \
    (sample)->sequence._maximum = (sample)->sequence._length;                                      \
    (sample)->sequence._release = TRUE;                                                            \
  }                                                                                                \
  G_STMT_END

static void
encode_node (GVariantBuilder *builder, const muri_v1_Node *node)
{
  encode_members (builder, node_members, G_N_ELEMENTS (node_members), node);
  ENCODE (builder, node, groups, membership_members);
  ENCODE_TEXTS (builder, node, macs);
}

static void
decode_node (GVariant *dictionary, muri_v1_Node *node)
{
  decode_members (dictionary, node_members, G_N_ELEMENTS (node_members), node);
  DECODE (dictionary, node, groups, membership_members, 64);
  DECODE_TEXTS (dictionary, node, macs, 16);
}

static void
encode_vm (GVariantBuilder *builder, const MuriVmFacts *facts)
{
  muri_v1_Vm *vm = muri_vm_facts_unpack (facts);

  encode_members (builder, vm_members, G_N_ELEMENTS (vm_members), vm);
  ENCODE (builder, vm, disks, disk_members);
  ENCODE (builder, vm, nics, nic_members);
  ENCODE (builder, vm, groups, membership_members);
  ENCODE_TEXTS (builder, vm, addresses);
  encode_bytes (builder, "template", vm->template_id.b, sizeof vm->template_id.b);
  muri_topic_sample_free (MURI_TOPIC_VM, vm);
}

static void
decode_vm (GVariant *dictionary, muri_v1_Vm *vm)
{
  decode_members (dictionary, vm_members, G_N_ELEMENTS (vm_members), vm);
  DECODE_TEXTS (dictionary, vm, addresses, 32);
  DECODE (dictionary, vm, disks, disk_members, 64);
  DECODE (dictionary, vm, nics, nic_members, 32);
  DECODE (dictionary, vm, groups, membership_members, 64);
  decode_bytes (dictionary, "template", vm->template_id.b, sizeof vm->template_id.b);
}

static void
encode_template (GVariantBuilder *builder, const muri_v1_Template *template)
{
  encode_members (builder, template_members, G_N_ELEMENTS (template_members), template);
  encode_bytes (builder, "sha256", template->sha256, sizeof template->sha256);
  encode_bytes (builder, "parent", template->parent.b, sizeof template->parent.b);
}

static void
decode_template (GVariant *dictionary, muri_v1_Template *template)
{
  decode_members (dictionary, template_members, G_N_ELEMENTS (template_members), template);
  decode_bytes (dictionary, "sha256", template->sha256, sizeof template->sha256);
  decode_bytes (dictionary, "parent", template->parent.b, sizeof template->parent.b);
}

GBytes *
muri_facts_encode (MuriFacts *facts)
{
  g_autoptr (GVariant) dictionary = NULL;
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  if (muri_facts_get_topic (facts) == MURI_TOPIC_NODE)
    encode_node (&builder, muri_facts_get (facts));
  else if (muri_facts_get_topic (facts) == MURI_TOPIC_TEMPLATE)
    encode_template (&builder, muri_facts_get (facts));
  else
    encode_vm (&builder, muri_facts_get (facts));
  dictionary = g_variant_ref_sink (g_variant_builder_end (&builder));
  return g_variant_get_data_as_bytes (dictionary);
}

/* @vm: (nullable): for MURI_TOPIC_VM, and of MURI_TOPIC_TEMPLATE the template's
 *
 * Returns: (nullable): the facts, if they are as acceptable as what is received */
MuriFacts *
muri_facts_decode (MuriTopic topic, const muri_v1_Uuid *node, const muri_v1_Uuid *vm,
                   gconstpointer data, gsize size)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autoptr (GVariant) dictionary =
      g_variant_ref_sink (g_variant_new_from_bytes (G_VARIANT_TYPE_VARDICT, bytes, FALSE));
  gpointer sample = muri_topic_sample_new (topic);

  if (topic == MURI_TOPIC_NODE)
    {
      decode_node (dictionary, sample);
      ((muri_v1_Node *)sample)->node = *node;
    }
  else if (topic == MURI_TOPIC_TEMPLATE)
    {
      decode_template (dictionary, sample);
      ((muri_v1_Template *)sample)->node = *node;
      ((muri_v1_Template *)sample)->template_id = *vm;
    }
  else
    {
      decode_vm (dictionary, sample);
      ((muri_v1_Vm *)sample)->node = *node;
      ((muri_v1_Vm *)sample)->vm = *vm;
    }

  if (muri_topic_info (topic)->check (sample) == NULL)
    return muri_facts_new (topic, sample);
  muri_topic_sample_free (topic, sample);
  return NULL;
}
