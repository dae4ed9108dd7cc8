/*
 * A disk that fails as Linux lets it: a flush that could not be done is forgotten, so that what it was to flush counts as
 * flushed and is in no more than the cache. Loaded before the C library (LD_PRELOAD), for the log of a ledger.
 *
 * NAME-wal is what the system shows; NAME-wal.disk is what a power cut would leave of it. While NAME-wal.fails holds one
 * byte or more, a flush takes one away and fails. Of the ledger NAME itself only that a flush fails is shown, once, when
 * there is a NAME.fails.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MOST 65536

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct { off_t from, to; } dirty[MOST];
static int count;

static int is_log(int fd, char *path, size_t size)
{
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, size - 16);
  if (length < 4) return 0;
  path[length] = 0;
  return strcmp(path + length - 4, "-wal") == 0;
}

static int beside(const char *path, const char *suffix, int flags)
{
  char name[4096];
  snprintf(name, sizeof name, "%s%s", path, suffix);
  return open(name, flags, 0600);
}

static void written(off_t at, ssize_t size)
{
  pthread_mutex_lock(&lock);
  if (size > 0 && count < MOST) { dirty[count].from = at; dirty[count].to = at + size; count++; }
  pthread_mutex_unlock(&lock);
}

ssize_t write(int fd, const void *buffer, size_t size)
{
  static ssize_t (*real)(int, const void *, size_t);
  if (!real) real = dlsym(RTLD_NEXT, "write");
  char path[4096];
  int log = is_log(fd, path, sizeof path);
  off_t at = log ? lseek(fd, 0, SEEK_CUR) : 0;
  ssize_t done = real(fd, buffer, size);
  if (log) written(at, done);
  return done;
}

ssize_t pwrite64(int fd, const void *buffer, size_t size, off64_t at)
{
  static ssize_t (*real)(int, const void *, size_t, off64_t);
  if (!real) real = dlsym(RTLD_NEXT, "pwrite64");
  char path[4096];
  ssize_t done = real(fd, buffer, size, at);
  if (is_log(fd, path, sizeof path)) written(at, done);
  return done;
}

int ftruncate64(int fd, off64_t length)
{
  static int (*real)(int, off64_t);
  if (!real) real = dlsym(RTLD_NEXT, "ftruncate64");
  char path[4096];
  if (is_log(fd, path, sizeof path)) {
    int disk = beside(path, ".disk", O_RDWR | O_CREAT);
    struct stat found;
    if (fstat(disk, &found) == 0 && found.st_size > length) real(disk, length);
    close(disk);
  }
  return real(fd, length);
}

int ftruncate(int fd, off_t length) { return ftruncate64(fd, length); }

/* Any other file whose name and ".fails" is that of a file: that goes, and the flush fails. */
static int fails_once(int fd)
{
  char link[64], path[4096], name[4200];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = 0;
  snprintf(name, sizeof name, "%s.fails", path);
  if (unlink(name) != 0) return 0;
  errno = EIO;
  return 1;
}

static int flush(int fd, int (*real)(int))
{
  char path[4096];
  if (!is_log(fd, path, sizeof path)) return fails_once(fd) ? -1 : real(fd);
  pthread_mutex_lock(&lock);
  int fails = beside(path, ".fails", O_RDWR);
  struct stat left;
  if (fails >= 0 && fstat(fails, &left) == 0 && left.st_size > 0) {
    int (*cut)(int, off64_t) = dlsym(RTLD_NEXT, "ftruncate64");
    cut(fails, left.st_size - 1);
    close(fails);
    count = 0;
    pthread_mutex_unlock(&lock);
    errno = EIO;
    return -1;
  }
  if (fails >= 0) close(fails);
  int disk = beside(path, ".disk", O_RDWR | O_CREAT), cache = open(path, O_RDONLY);
  for (int i = 0; i < count; i++) {
    char piece[4096];
    for (off_t at = dirty[i].from; at < dirty[i].to; ) {
      size_t size = dirty[i].to - at < (off_t)sizeof piece ? dirty[i].to - at : sizeof piece;
      ssize_t got = pread(cache, piece, size, at);
      if (got <= 0) break;
      pwrite64(disk, piece, got, at);
      at += got;
    }
  }
  count = 0;
  close(disk);
  close(cache);
  pthread_mutex_unlock(&lock);
  return 0;
}

int fsync(int fd)
{
  static int (*real)(int);
  if (!real) real = dlsym(RTLD_NEXT, "fsync");
  return flush(fd, real);
}

int fdatasync(int fd)
{
  static int (*real)(int);
  if (!real) real = dlsym(RTLD_NEXT, "fdatasync");
  return flush(fd, real);
}
