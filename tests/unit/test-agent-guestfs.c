/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-guestfs.h"
#include "muri-words.h"

#define ID "0123456789abcdef0123456789abcdef\n"

typedef struct
{
  const char *name;
  const char *said;
  guint generalised;
  const char *note; /* begins so */
} Case;

static const Case cases[] = {
  { "emptied", "muri: etc\ntrue\nmuri: id\n\nmuri: id\nmuri: keys\nmuri: end\n",
    MURI_GENERALISED_YES, "" },
  { "absent", "muri: etc\ntrue\nmuri: id\nmuri: id\nmuri: keys\n\nmuri: end\n",
    MURI_GENERALISED_YES, "" },
  { "first-boot", "muri: etc\ntrue\nmuri: id\nuninitialized\nmuri: id\nmuri: keys\nmuri: end\n",
    MURI_GENERALISED_YES, "" },
  { "there", "muri: etc\ntrue\nmuri: id\n" ID "muri: id\nmuri: keys\nmuri: end\n",
    MURI_GENERALISED_NO, "" },
  /* systemd takes that one where its own is empty. */
  { "of-dbus", "muri: etc\ntrue\nmuri: id\n\nmuri: id\n" ID "muri: keys\nmuri: end\n",
    MURI_GENERALISED_NO, "" },
  { "keys",
    "muri: etc\ntrue\nmuri: id\nmuri: id\nmuri: keys\n/etc/ssh/ssh_host_rsa_key\n"
    "muri: end\n",
    MURI_GENERALISED_YES, "it has SSH host keys" },
  { "windows", "muri: etc\nfalse\nmuri: id\nmuri: id\nmuri: keys\nmuri: end\n",
    MURI_GENERALISED_UNKNOWN, "the system in it" },
  { "cut", "muri: etc\ntrue\nmuri: id\n", MURI_GENERALISED_UNKNOWN, "cannot look into it" },
  { "nothing", "", MURI_GENERALISED_UNKNOWN, "cannot look into it" },
};

static void
test_judge (gconstpointer data)
{
  const Case *known = data;
  g_autofree char *note = NULL;
  g_assert_cmpuint (agent_guestfs_judge (known->said, &note), ==, known->generalised);
  if (known->note[0] == '\0')
    g_assert_cmpstr (note, ==, "");
  else
    g_assert_true (g_str_has_prefix (note, known->note));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/agent-guestfs/", cases[i].name, NULL);
      g_test_add_data_func (path, &cases[i], test_judge);
    }
  return g_test_run ();
}
