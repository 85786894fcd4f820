"""A contender of ../peers.ts: what a tuned Cloud Custodian asks S3 for, by boto3 in threads: the Region, tags and encryption of each bucket, and the rule where it lacks it."""
import json
import os
import time
from concurrent.futures import ThreadPoolExecutor

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

THREADS = 20
contest = json.loads(os.environ["CONTEST"])
s3 = boto3.client("s3", config=Config(max_pool_connections=THREADS, s3={"addressing_style": "path"}))
algorithm = contest["algorithm"]
rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": algorithm}, "BucketKeyEnabled": True}
if algorithm == "aws:kms":
    rule["ApplyServerSideEncryptionByDefault"]["KMSMasterKeyID"] = contest["keyArn"]


def keep(bucket):
    s3.get_bucket_location(Bucket=bucket)
    try:
        s3.get_bucket_tagging(Bucket=bucket)
    except ClientError as error:
        if error.response["Error"]["Code"] != "NoSuchTagSet":
            raise
    found = s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"][0]
    if found["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] != algorithm:
        s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": [rule]})


started, before = time.perf_counter(), time.process_time()
buckets = [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]
with ThreadPoolExecutor(THREADS) as threads:
    list(threads.map(keep, buckets))
result = {"buckets": len(buckets), "seconds": time.perf_counter() - started, "cpuSeconds": time.process_time() - before}
os.write(3, json.dumps(result).encode())
