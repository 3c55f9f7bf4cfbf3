#include "thread_caches.h"

#include <flint/flint.h>
#include <mpfr.h>
#include <pthread.h>

static pthread_key_t cache_key;
static pthread_once_t cache_key_once = PTHREAD_ONCE_INIT;
static __thread int attached;

static void free_caches(void *unused) {
  (void)unused;
  flint_cleanup();
  mpfr_free_cache2(MPFR_FREE_LOCAL_CACHE);
}

static void create_key(void) { pthread_key_create(&cache_key, free_caches); }

void fisherflow_attach_thread(void) {
  if (attached) return;
  attached = 1;
  pthread_once(&cache_key_once, create_key);
  pthread_setspecific(cache_key, (void *)1);
}

void fisherflow_free_thread_caches(void) { free_caches(0); }
