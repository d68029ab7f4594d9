/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-counted.h"

#include <glib/gstdio.h>
#include <locale.h>

#define assert_counted(expected, ...)                                                              \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_autofree char *counted_ = muri_counted (__VA_ARGS__);                                        \
    g_assert_cmpstr (counted_, ==, expected);                                                      \
  }                                                                                                \
  G_STMT_END

static void
test_plain (void)
{
  g_assert_nonnull (setlocale (LC_ALL, "C"));
  assert_counted ("18000 VMs", "%u VMs", 18000u);
  assert_counted ("50 % of 3", "%u %% of %u", 50u, 3u);
  assert_counted ("%u", "%%u");
  g_assert_true (muri_counted_is ("18000", 18000));
  g_assert_true (muri_counted_is (" 18 000", 18000));
  g_assert_false (muri_counted_is ("18,000", 18000));
  g_assert_false (muri_counted_is ("", 18000));
}

/* The machine may have no locale but C: one is made, and forgotten. */
static gboolean
make_locale (const char *directory)
{
  g_autofree char *path = g_build_filename (directory, "en_US.UTF-8", NULL);
  const char *command[] = { "localedef", "--no-archive", "-i", "en_US", "-f", "UTF-8", path, NULL };

  g_spawn_sync (NULL, (char **)command, NULL,
                G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL, NULL,
                NULL, NULL, NULL, NULL, NULL);
  g_setenv ("LOCPATH", directory, TRUE);
  return setlocale (LC_ALL, "en_US.UTF-8") != NULL;
}

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) directory = g_dir_open (path, 0, NULL);
  const char *name;

  while (directory && (name = g_dir_read_name (directory)))
    {
      g_autofree char *below = g_build_filename (path, name, NULL);

      remove_tree (below);
    }
  g_remove (path);
}

static void
test_grouped (void)
{
  g_autofree char *directory = g_dir_make_tmp ("muri-locale-XXXXXX", NULL);
  g_autoptr (GString) text = g_string_new ("of ");

  if (!make_locale (directory))
    {
      remove_tree (directory);
      g_test_skip ("no locale can be made here");
      return;
    }
  assert_counted ("18,000 VMs", "%u VMs", 18000u);
  assert_counted ("999 of 1,000,000", "%u of %u", 999u, 1000000u);
  assert_counted ("50 % of 2,000", "%u %% of %u", 50u, 2000u);
  assert_counted ("%u", "%%u");
  /* As a translation may turn them round, which is of POSIX. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat"
  assert_counted ("2,000: web", "%2$u: %1$s", "web", 2000u);
#pragma GCC diagnostic pop
  muri_counted_append (text, "%u", 18000u);
  g_assert_cmpstr (text->str, ==, "of 18,000");
  g_assert_true (muri_counted_is ("18,000", 18000));
  g_assert_true (muri_counted_is ("18000", 18000));
  g_assert_false (muri_counted_is ("1,800", 18000));
  g_assert_nonnull (setlocale (LC_ALL, "C"));
  remove_tree (directory);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/counted/plain", test_plain);
  g_test_add_func ("/counted/grouped", test_grouped);
  return g_test_run ();
}
