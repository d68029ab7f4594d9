/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-config.h"

#include "muri-template-words.h"

#include <glib/gi18n.h>

#include "muri-counted.h"
#include "muri-format.h"

#define NAME_MAX_BYTES 255

const char *
muri_template_words_state (guint state)
{
  switch (state)
    {
    case MURI_TEMPLATE_STATE_READY:
      return C_ ("template", "Ready");
    case MURI_TEMPLATE_STATE_MAKING:
      return C_ ("template", "Being made");
    case MURI_TEMPLATE_STATE_RECEIVING:
      return C_ ("template", "Receiving");
    case MURI_TEMPLATE_STATE_FETCHING:
      return C_ ("template", "Fetching");
    case MURI_TEMPLATE_STATE_BROKEN:
      return C_ ("template", "Broken");
    default:
      return C_ ("template", "Unknown");
    }
}

char *
muri_template_words_progress (guint state, guint percent)
{
  const char *word = muri_template_words_state (state);
  g_autofree char *share = NULL;

  if (state == MURI_TEMPLATE_STATE_READY || state == MURI_TEMPLATE_STATE_BROKEN || percent > 100)
    return g_strdup (word);
  share = muri_format_share (percent / 100.0);
  /* Translators: "Fetching", "42 %" */
  return g_strdup_printf (C_ ("progress", "%s %s"), word, share);
}

/* The short ids of libosinfo that are met most. */
static const struct
{
  const char *id;
  const char *name;
} names[] = {
  { "alpinelinux", "Alpine Linux " },
  { "almalinux", "AlmaLinux " },
  { "archlinux", "Arch Linux " },
  { "centos-stream", "CentOS Stream " },
  { "centos", "CentOS " },
  { "debian", "Debian " },
  { "fedora", "Fedora " },
  { "freebsd", "FreeBSD " },
  { "opensuse", "openSUSE " },
  { "rhel", "RHEL " },
  { "rocky", "Rocky Linux " },
  { "ubuntu", "Ubuntu " },
  { "win", "Windows " },
};

static gboolean
is_version (const char *text)
{
  return *text && strspn (text, "0123456789.") == strlen (text);
}

char *
muri_template_words_os (const char *os)
{
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_str_has_prefix (os, names[i].id) && is_version (os + strlen (names[i].id)))
      return g_strconcat (names[i].name, os + strlen (names[i].id), NULL);
  return g_strdup (*os ? os : _ ("Unknown system"));
}

char *
muri_template_words_holders (guint n)
{
  return muri_counted (ngettext ("%u holder", "%u holders", n), n);
}

char *
muri_template_words_clones (guint n)
{
  return muri_counted (ngettext ("%u clone", "%u clones", n), n);
}

const char *
muri_template_words_error (MuriTemplate *self)
{
  GListModel *holders = muri_template_get_holders (self);
  const char *error = NULL;

  for (guint i = 0; !error && i < g_list_model_get_n_items (holders); i++)
    {
      g_autoptr (MuriHolder) holder = g_list_model_get_item (holders, i);

      error = muri_holder_get_error (holder); /* the template holds it */
    }
  return error && *error ? error : NULL;
}

const char *
muri_template_icon (MuriTemplate *self)
{
  const char *os = muri_template_get_facts (self)->os;
  g_autofree char *folded = g_utf8_casefold (os, -1);

  if (strstr (folded, "win"))
    return "muri-os-windows-symbolic";
  if (strstr (folded, "bsd"))
    return "muri-os-bsd-symbolic";
  return *folded ? "muri-os-linux-symbolic" : "muri-template-symbolic";
}

char *
muri_template_words_name_problem (const char *name)
{
  if (*name == '\0')
    return g_strdup (_ ("A template needs a name."));
  if (strlen (name) > NAME_MAX_BYTES)
    return g_strdup (_ ("This name is too long."));
  for (const char *c = name; *c; c = g_utf8_next_char (c))
    if (g_unichar_iscntrl (g_utf8_get_char (c)))
      return g_strdup (_ ("A name has no line breaks or control characters."));
  return NULL;
}
