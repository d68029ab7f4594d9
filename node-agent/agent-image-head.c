/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The first bytes of disk images, whose formats are published: qcow2 in QEMU's docs/interop, VMDK
 * in "Virtual Disk Format" 5.0. A program that opens an image may open what that names before it
 * says so; therefore nobody is given it before this. */
#include "agent-image.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent-store.h"

#define HEAD 512
#define DESCRIPTOR_MAX (1024 * 1024)

#define QCOW2_EXTERNAL_DATA (1 << 2)
#define QCOW2_CORRUPT (1 << 1)

G_GNUC_PRINTF (2, 3)
static gboolean
refuse (GError **error, const char *format, ...)
{
  va_list args;
  va_start (args, format);
  if (error != NULL)
    *error = g_error_new_valist (AGENT_STORE_ERROR, AGENT_STORE_ERROR_REFUSED, format, args);
  va_end (args);
  return FALSE;
}

static guint64
big (const guint8 *bytes, guint n)
{
  guint64 value = 0;
  for (guint i = 0; i < n; i++)
    value = value << 8 | bytes[i];
  return value;
}

static guint64
little (const guint8 *bytes, guint n)
{
  guint64 value = 0;
  while (n-- > 0)
    value = value << 8 | bytes[n];
  return value;
}

static gboolean
check_size (guint64 size, guint64 size_max, GError **error)
{
  g_autofree char *is = g_format_size_full (size, G_FORMAT_SIZE_IEC_UNITS);
  g_autofree char *most = g_format_size_full (size_max, G_FORMAT_SIZE_IEC_UNITS);
  if (size == 0)
    return refuse (error, "the disk in the image has no size");
  if (size > size_max)
    return refuse (error, "the disk in the image has %s, and at most %s is taken here", is, most);
  return TRUE;
}

/* ---- qcow2 ------------------------------------------------------------------------------ */

static gboolean
check_qcow2 (const guint8 *head, gsize length, guint64 size_max, GError **error)
{
  guint64 version = big (head + 4, 4), features;
  if (length < 72 || memcmp (head, "QFI\xfb", 4) != 0)
    return refuse (error, "it is no image of format qcow2");
  if (version != 2 && version != 3)
    return refuse (error, "qcow2 of version %" G_GUINT64_FORMAT " is not known here", version);
  if (version == 3 && length < 104)
    return refuse (error, "the image is cut off");
  if (big (head + 8, 8) != 0)
    return refuse (error, "the image reads another file (a backing file), which is never followed");
  if (big (head + 32, 4) != 0)
    return refuse (error, "the image is encrypted");
  if (big (head + 60, 4) != 0)
    return refuse (error, "the image has snapshots inside; convert it to one without");
  features = version == 3 ? big (head + 72, 8) : 0;
  if (features & QCOW2_EXTERNAL_DATA)
    return refuse (error, "the image keeps its data in another file, which is never followed");
  if (features & QCOW2_CORRUPT)
    return refuse (error, "the image is marked as damaged");
  return check_size (big (head + 24, 8), size_max, error);
}

/* ---- vmdk ------------------------------------------------------------------------------- */

/* One extent, in this file, and no parent. */
static gboolean
check_descriptor (const char *text, GError **error)
{
  static const char *const kinds[] = { "RW ", "RDONLY ", "NOACCESS ", NULL };
  g_auto (GStrv) lines = g_strsplit_set (text, "\r\n", -1);
  guint extents = 0;
  for (guint i = 0; lines[i] != NULL; i++)
    {
      const char *line = g_strstrip (lines[i]);
      for (guint k = 0; kinds[k] != NULL; k++)
        if (g_ascii_strncasecmp (line, kinds[k], strlen (kinds[k])) == 0)
          {
            extents++;
            if (strstr (line, " SPARSE ") == NULL)
              return refuse (error, "the image keeps its data in another file");
          }
      if (g_ascii_strncasecmp (line, "parentFileNameHint", 18) == 0)
        return refuse (error, "the image reads another file (its parent)");
    }
  if (extents > 1)
    return refuse (error, "the image has its data in %u files", extents);
  return TRUE;
}

static gboolean
check_vmdk (int fd, const guint8 *head, gsize length, guint64 size_max, GError **error)
{
  g_autofree char *text = NULL;
  guint64 offset, size, capacity;
  gssize n;
  if (length < 80 || memcmp (head, "KDMV", 4) != 0)
    return refuse (error, strstr ((const char *)head, "Disk DescriptorFile") != NULL
                              ? "it is only the description of an image, whose data is in other "
                                "files"
                              : "it is no image of format vmdk in one file");
  capacity = little (head + 12, 8);
  offset = little (head + 28, 8);
  size = little (head + 36, 8);
  /* Without a capacity the description within says where the data is: anywhere. */
  if (capacity == 0 || capacity > G_MAXINT64 / 512)
    return refuse (error, "the image has no size of its own");
  if (offset > G_MAXINT64 / 512 || size > DESCRIPTOR_MAX / 512)
    return refuse (error, "the description in the image makes no sense");
  text = g_malloc0 (size * 512 + 1);
  n = size > 0 ? pread (fd, text, size * 512, (goffset)offset * 512) : 0;
  if (n != (gssize)size * 512)
    return refuse (error, "the image is cut off");
  return check_descriptor (text, error) && check_size (capacity * 512, size_max, error);
}

/* ---- all -------------------------------------------------------------------------------- */

gboolean
agent_image_knows (const char *format)
{
  static const char *const formats[] = { "qcow2", "raw", "vmdk", "vhdx", NULL };
  return g_strv_contains (formats, format);
}

static gboolean
check_fd (int fd, const char *format, guint64 size_max, GError **error)
{
  guint8 head[HEAD + 1] = { 0 };
  struct stat st;
  gssize length;
  if (fstat (fd, &st) != 0 || !S_ISREG (st.st_mode))
    return refuse (error, "it is no file");
  length = pread (fd, head, HEAD, 0);
  if (length <= 0)
    return refuse (error, "the image is empty");
  if (strcmp (format, "qcow2") == 0)
    return check_qcow2 (head, length, size_max, error);
  if (strcmp (format, "vmdk") == 0)
    return check_vmdk (fd, head, length, size_max, error);
  if (strcmp (format, "vhdx") == 0)
    return memcmp (head, "vhdxfile", 8) == 0 ? TRUE
                                             : refuse (error, "it is no image of format vhdx");
  return check_size (st.st_size, size_max, error);
}

gboolean
agent_image_check_head (const char *path, const char *format, guint64 size_max, GError **error)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  gboolean good;
  if (!agent_image_knows (format))
    refuse (error, "format “%s” is not taken; qcow2, raw, vmdk and vhdx are", format);
  else if (fd < 0)
    refuse (error, "it cannot be opened: %s", g_strerror (errno));
  good = agent_image_knows (format) && fd >= 0 && check_fd (fd, format, size_max, error);
  if (fd >= 0)
    close (fd);
  return good;
}
